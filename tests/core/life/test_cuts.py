"""What rules take."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.life.life_rules import expiry, own_plan, step, straight_line, window

from praya.core.life import Check, Plan, Span, Standing, checks_of, cut_of, cuts_on, even_plan

SPAN = Span(date(2026, 1, 1), date(2026, 4, 10))  # a hundred days
PLAN = Plan(((date(2026, 1, 1), 400), (date(2026, 2, 1), 400), (date(2026, 3, 1), 200)))
INCITE_MAY = [
    {"used_below_percent": 10, "cut_percent": 30},
    {"used_below_percent": 15, "cut_percent": 15},
]
INCITE_SEPTEMBER = [
    {"used_below_percent": 10, "cut_percent": 75},
    {"used_below_percent": 33, "cut_percent": 50},
    {"used_below_percent": 50, "cut_percent": 33},
]


def taken(rule, day, *, used, free, cut=0, plan=PLAN):
    check = Check(day, date.fromisoformat(day))
    standing = Standing(used, free, cut=cut, cut_by_rule=cut)
    return cut_of(rule, check, span=SPAN, plan=plan, standing=standing)


@pytest.mark.parametrize(
    ("rule", "day", "standing", "cut"),
    [
        # Below a tenth costs a quarter of the unused, below a quarter three twentieths.
        (step(), "2026-01-21", {"used": 99, "free": 901}, 225),
        (step(), "2026-01-21", {"used": 100, "free": 900}, 135),
        (step(), "2026-01-21", {"used": 200, "free": 800}, 120),
        (step(), "2026-01-21", {"used": 250, "free": 750}, 0),
        (step(tiers=INCITE_MAY), "2026-02-01", {"used": 120, "free": 880}, 132),
        (step(tiers=INCITE_SEPTEMBER), "2026-03-01", {"used": 0, "free": 868}, 651),
        (step(tiers=INCITE_SEPTEMBER), "2026-03-01", {"used": 400, "free": 600}, 198),
        # What a rule took before is not held against the line.
        (step(), "2026-01-21", {"used": 150, "free": 450, "cut": 400}, 0),
        (straight_line(), "2026-02-20", {"used": 200, "free": 800}, 300),
        (straight_line(), "2026-02-20", {"used": 200, "free": 500, "cut": 300}, 0),
        (straight_line(slack_percent=10), "2026-02-20", {"used": 200, "free": 800}, 200),
        (straight_line(), "2026-02-20", {"used": 600, "free": 400}, 0),
        (straight_line(), "2026-01-11", {"used": 0, "free": 7}, 0),  # 6.3 may remain: seven do
        (own_plan(), "2026-02-01", {"used": 280, "free": 720}, 0),
        (own_plan(), "2026-02-01", {"used": 279, "free": 721}, 80),
        (own_plan(), "2026-02-01", {"used": 200, "free": 800}, 140),
        (own_plan(), "2026-02-01", {"used": 200, "free": 700, "cut": 100}, 40),
        (own_plan(), "2026-02-01", {"used": 0, "free": 1000}, 320),
        # Planned 800 of 1,000, 200 used: a quarter, so 55 % of 800 in all, 140 of it before.
        (own_plan(), "2026-03-01", {"used": 200, "free": 660, "cut": 140}, 300),
        (window(), "2026-02-01", {"used": 0, "free": 1000}, 0),
        (window(), "2026-03-01", {"used": 200, "free": 800}, 110),
        (window(carry_months=0), "2026-03-01", {"used": 200, "free": 800}, 390),
        (window(carry_months=2), "2026-03-01", {"used": 0, "free": 1000}, 0),
        (expiry(after_days=50), "2026-02-20", {"used": 200, "free": 800}, 800),
    ],
)
def test_a_rule_takes_what_its_row_says(rule, day, standing, cut):
    assert taken(rule, day, **standing) == cut


def test_a_plan_is_scaled_to_the_grant():
    assert [PLAN.planned_by(date(2026, month, 1), 500) for month in (1, 2, 3, 4)] == [
        0,
        200,
        400,
        500,
    ]


def test_an_even_plan_gives_every_day_the_same():
    assert even_plan(SPAN).months == (
        (date(2026, 1, 1), 31),
        (date(2026, 2, 1), 28),
        (date(2026, 3, 1), 31),
        (date(2026, 4, 1), 10),
    )


def test_rules_that_look_on_one_day_take_the_largest_of_their_cuts():
    looks = [
        (rule, Check("2026-02-20", date(2026, 2, 20)), 0) for rule in (step(), straight_line())
    ]
    standing = Standing(200, 800)

    found = cuts_on(looks, span=SPAN, plan=PLAN, standing=standing)

    assert [(each.rule.code, each.called, each.cut) for each in found] == [
        ("line", 300, 300),
        ("step", 120, 0),
    ]


RULES = st.one_of(
    st.builds(lambda below, cut: step(after_percent=50, tiers=[tier(below, cut)]),
              st.integers(0, 100), st.integers(0, 100)),
    st.builds(lambda days, slack: straight_line(every_days=days, slack_percent=slack),
              st.integers(1, 40), st.integers(0, 30)),
    st.builds(lambda months: own_plan(every_months=months), st.integers(1, 3)),
    st.builds(lambda months: window(carry_months=months), st.integers(0, 3)),
    st.builds(lambda days: expiry(after_days=days), st.integers(1, 120)),
)  # fmt: skip
SPANS = st.builds(
    lambda first, days: Span(first, first + timedelta(days=days)),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 500),
)
AMOUNTS = st.integers(0, 10**12)


def tier(below, cut):
    return {"used_below_percent": below, "cut_percent": cut}


@given(RULES, SPANS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_no_rule_takes_more_than_is_free(rule, span, used, free, cut):
    for check in checks_of(rule, span):
        standing = Standing(used, free, cut=cut, cut_by_rule=cut)
        now = cut_of(rule, check, span=span, plan=even_plan(span), standing=standing)
        assert 0 <= now <= free


@given(RULES, SPANS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_using_more_never_costs_more(rule, span, granted, used, more):
    used = min(used, granted)
    for check in checks_of(rule, span):
        before, after = (
            cut_of(
                rule,
                check,
                span=span,
                plan=even_plan(span),
                standing=Standing(amount, granted - amount),
            )
            for amount in (used, min(used + more, granted))
        )
        assert after <= before


@given(st.lists(RULES, min_size=1, max_size=5), st.randoms(), AMOUNTS, AMOUNTS)
def test_in_which_order_rules_look_on_one_day_makes_no_difference(rules, random, used, free):
    rules = [rule.model_copy(update={"code": f"r{n}"}) for n, rule in enumerate(rules)]
    looks = [(rule, Check("now", date(2026, 3, 1)), 0) for rule in rules]
    shuffled = random.sample(looks, len(looks))
    standing = Standing(used, free)

    ordered, other = (
        cuts_on(each, span=SPAN, plan=PLAN, standing=standing) for each in (looks, shuffled)
    )

    assert ordered == other
    assert sum(each.cut for each in ordered) == max(each.called for each in ordered) <= free


@given(
    st.sampled_from([straight_line(), own_plan(), window(), expiry(after_days=30)]),
    AMOUNTS,
    AMOUNTS,
)
def test_a_second_look_on_the_same_day_takes_nothing(rule, used, free):
    for check in checks_of(rule, SPAN):
        first = cut_of(rule, check, span=SPAN, plan=PLAN, standing=Standing(used, free))
        again = Standing(used, free - first, cut=first, cut_by_rule=first)
        assert cut_of(rule, check, span=SPAN, plan=PLAN, standing=again) == 0
