"""What people decide about cuts and tranches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.life.lives import (
    AGEING,
    HALF,
    HALVES,
    HOUR,
    LATE,
    LINE,
    award_under,
    committed,
    day,
    hold,
    live_until,
    pool_free,
)
from tests.awarding import lead_of
from tests.factories import appointed

from praya.apps.awards.rules.refusals import OwnOrganisation, ReasonMissing
from praya.apps.books.commands import reverse_entry
from praya.apps.books.queries import verify_book
from praya.apps.life.commands import (
    give_plan,
    open_tranche,
    reverse_cut,
    run_life_rules,
    waive_check,
    withdraw_waiver,
)
from praya.apps.life.models import LineCheck
from praya.apps.life.queries import expected_cuts
from praya.apps.life.rules import (
    AlreadyOpen,
    CannotWaive,
    CheckMade,
    NothingCut,
    NotOpenYet,
    PlanFixed,
    PlanUnfit,
    TrancheNotNext,
    WaiverUsed,
)
from praya.apps.notices.models import Letter
from praya.apps.people.models import Affiliation
from praya.apps.people.rules import AffiliationState
from praya.core.actor import Role
from praya.core.ledger import AlreadyReversed, CannotReverse
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def by(role: Role):
    return appointed("pier", role, day(0))


def waive(**changed):
    facts = {"line_code": LINE, "rule_code": "half", "mark": "after-50", "reason": "A flood."}
    return waive_check(**(facts | {"by": by(Role.COMMITTEE), "now": day(10)} | changed))


def test_a_waived_check_is_made_and_takes_nothing():
    award_under({"steps": [HALF]})
    waive()

    live_until(60)

    (check,) = LineCheck.objects.all()
    assert (check.called_s // HOUR, check.cut_s, check.waiver.reason) == (500, 0, "A flood.")
    assert committed() == [1000, 2_100_000]


def test_a_rule_may_be_waived_for_all_that_comes():
    award_under({"straight_line": AGEING})
    live_until(10)
    waive(rule_code="ageing", mark="", by=by(Role.OFFICER))

    live_until(90, since=11)

    assert committed() == [900, 1_890_000]


def test_a_waiver_is_shown_and_the_first_one_stays():
    award_under({"steps": [HALF]})
    first = waive()

    assert waive(reason="Another reason.") == first
    assert [(cut.cut.seconds, cut.waiver) for cut in expected_cuts(day(11))] == [(0, first)]


def test_waiving_is_refused_in_the_promised_order():
    award = award_under({"steps": [HALF, LATE]})
    stranger, officer = by(Role.REVIEWER), by(Role.OFFICER)
    refused = [
        (NotFound, {"line_code": "PIR-9999.1"}),
        (NotFound, {"by": stranger}),
        (NotFound, {"rule_code": "nothing"}),
        (NotFound, {"mark": "2026-02-30"}),
        (CannotWaive, {"rule_code": "late", "mark": "after-80", "by": officer, "reason": ""}),
        (NotAllowed, {"by": officer, "reason": ""}),
        (NotAllowed, {"by": lead_of(award, day(0))}),
        (ReasonMissing, {"reason": " "}),
    ]

    for refusal, changed in refused:
        with pytest.raises(refusal):
            waive(**changed)
    live_until(50)
    with pytest.raises(CheckMade):
        waive(now=day(51))


def test_a_committee_member_does_not_waive_for_an_award_of_their_own():
    award = award_under({"steps": [HALF]})
    appointed("pier", Role.COMMITTEE, day(0), email=award.lead.email)

    with pytest.raises(NotAllowed):
        waive(by=lead_of(award, day(0)))


def test_nobody_of_the_house_waives_or_gives_back_what_its_award_lost():
    award = award_under({"steps": [HALF]})
    committee, finance = (
        appointed("pier", role, day(0), email=f"{role.value}@lab.example")
        for role in (Role.COMMITTEE, Role.FINANCE)
    )
    for person in (committee, finance):
        Affiliation.objects.create(
            person_id=person.person_id,
            organisation_id=award.organisation_id,
            state=AffiliationState.ACTIVE.value,
            asked_at=day(0),
        )
    with pytest.raises(OwnOrganisation):
        waive(by=committee)
    waiver = waive(by=by(Role.COMMITTEE))
    with pytest.raises(OwnOrganisation):
        withdraw_waiver(waiver_id=waiver.pk, reason="A flood.", by=committee, now=day(11))
    withdraw_waiver(waiver_id=waiver.pk, reason="Dry.", by=by(Role.COMMITTEE), now=day(11))
    live_until(50)
    (check,) = LineCheck.objects.all()

    with pytest.raises(OwnOrganisation):
        reverse_cut(check_id=check.pk, reason="Usage came late.", by=finance, now=day(51))


def test_a_cut_is_given_back_and_not_made_again():
    award_under({"steps": [HALF]})
    before = pool_free()
    live_until(50)
    (check,) = LineCheck.objects.all()
    facts = {"check_id": check.pk, "reason": "Usage came late.", "by": by(Role.FINANCE)}

    reversal = reverse_cut(**facts, now=day(51))

    assert reverse_cut(**facts, now=day(52)) == reversal
    assert (committed(), pool_free()) == ([1000, 2_100_000], before)
    live_until(60, since=51)
    assert committed() == [1000, 2_100_000]
    assert verify_book("pier") == (True, [])


def test_what_was_given_back_counts_as_never_cut():
    award_under({"straight_line": AGEING})
    live_until(10)
    (check,) = LineCheck.objects.all()
    reverse_entry(
        programme_code="pier",
        number=check.entry_number,
        key="by hand",
        by=by(Role.FINANCE),
        now=day(11),
        reason="By the book's own page.",
    )

    live_until(20, since=11)

    assert committed() == [800, 1_680_000]
    with pytest.raises(AlreadyReversed):
        reverse_cut(check_id=check.pk, reason="Again.", by=by(Role.FINANCE), now=day(21))


def test_reversing_is_refused_in_the_promised_order():
    award_under({"steps": [HALF, LATE]})
    waive()
    live_until(80)
    waived, cut = LineCheck.objects.order_by("due_on")
    finance = by(Role.FINANCE)

    for refusal, facts in [
        (NotFound, {"check_id": 10**9, "by": finance, "reason": ""}),
        (NotFound, {"check_id": cut.pk, "by": by(Role.REVIEWER), "reason": ""}),
        (NotAllowed, {"check_id": cut.pk, "by": by(Role.OFFICER), "reason": ""}),
        (ReasonMissing, {"check_id": cut.pk, "by": finance, "reason": ""}),
        (NothingCut, {"check_id": waived.pk, "by": finance, "reason": "Late usage."}),
    ]:
        with pytest.raises(refusal):
            reverse_cut(**facts, now=day(81))


def test_a_cut_that_has_moved_on_stays():
    award_under({"steps": [HALF]})
    live_until(50)
    (check,) = LineCheck.objects.all()
    from tests.awarding import Given, active_award

    price_s = 30 * 70
    rest = pool_free() // price_s
    active_award(day(50), lines=[Given(hours=rest)], lead="next@pier.example")

    with pytest.raises(CannotReverse):
        reverse_cut(check_id=check.pk, reason="Late.", by=by(Role.FINANCE), now=day(51))


def test_a_later_part_opens_with_its_report():
    award = award_under({"tranches": HALVES})
    hold(award, 400, day(1), key="a")
    with pytest.raises(NotOpenYet) as refused:
        hold(award, 104, day(1), key="b")
    assert (refused.value.most, refused.value.opened_by) == (500 * HOUR, "report")
    officer = by(Role.OFFICER)
    facts = {"award_code": award.code, "by": officer, "now": day(2)}

    for refusal, changed in [
        (NotFound, {"part_code": "third", "report": ""}),
        (NotAllowed, {"part_code": "second", "report": "", "by": lead_of(award, day(2))}),
        (ReasonMissing, {"part_code": "second", "report": ""}),
    ]:
        with pytest.raises(refusal):
            open_tranche(**(facts | changed))
    opened = open_tranche(**facts, part_code="second", report="Progress report of May")

    assert open_tranche(**facts, part_code="second", report="Once more") == opened
    assert hold(award, 104, day(3), key="b").code


def test_parts_open_in_their_order():
    parts = [
        *HALVES["parts"][:1],
        *({"code": code, "percent": 25, "report": {"en": "R"}} for code in ("b", "c")),
    ]
    award = award_under({"tranches": HALVES | {"parts": parts}})

    with pytest.raises(TrancheNotNext) as refused:
        open_tranche(
            award_code=award.code, part_code="c", report="R", by=by(Role.OFFICER), now=day(1)
        )

    assert refused.value.following == "b"


def test_a_window_lets_the_next_month_be_borrowed_and_no_more():
    name = {"code": "window", "name": {"en": "Window"}, "warn_days_before": []}
    award = award_under({"window": name})
    # February and March are 59 of 100 days.
    hold(award, 584, day(1), key="a")

    with pytest.raises(NotOpenYet) as refused:
        hold(award, 8, day(1), key="b")

    assert (refused.value.most, str(refused.value.opens_on)) == (590 * HOUR, "2026-03-01")
    assert hold(award, 8, day(28), key="b").code


def test_leftovers_of_a_window_lapse():
    name = {"code": "window", "name": {"en": "Window"}, "warn_days_before": []}
    award_under({"window": name})

    live_until(70)

    # On 1 April the 280 hours of February are over, and on 1 May is day 89.
    assert committed() == [720, 1_512_000]


PLAN = {
    "code": "plan",
    "name": {"en": "Plan"},
    "every_months": 1,
    "tiers": [{"used_below_percent": 40, "cut_percent": 50}],
    "warn_days_before": [],
}
MONTHS = {"2026-02": 100, "2026-03": 100, "2026-04": 800}


def plan(award, **changed):
    facts = {"line_code": LINE, "months": MONTHS, "by": lead_of(award, day(0)), "now": day(1)}
    return give_plan(**(facts | changed))


def test_a_plan_spares_a_team_that_begins_slowly():
    award = award_under({"own_plan": PLAN})
    plan(award)

    live_until(59)

    # Planned were 100 by March and 200 by April; half of that in all is taken.
    assert committed() == [900, 1_890_000]


def test_without_a_plan_an_even_one_counts():
    award_under({"own_plan": PLAN})

    live_until(28)

    assert committed() == [860, 1_806_000]


def test_plans_are_numbered_and_the_same_is_no_new_one():
    award = award_under({"own_plan": PLAN})

    assert plan(award).number == 1
    assert plan(award, months=MONTHS | {"2026-05": 0}).number == 1
    assert plan(award, months={"2026-02": 1}).number == 2


@pytest.mark.parametrize(
    ("months", "reason"),
    [
        ({"2026-01": 1}, "month"),
        ({"2026-06": 1}, "month"),
        ({"2026-2": 1}, "month"),
        ({"February": 1}, "month"),
        ({"2026-02": -1}, "amount"),
        ({"2026-02": 10**10}, "amount"),
        ({"2026-02": 0}, "nothing"),
        ({}, "nothing"),
    ],
)
def test_a_plan_that_cannot_be_one_is_refused(months, reason):
    award = award_under({"own_plan": PLAN})

    with pytest.raises(PlanUnfit) as refused:
        plan(award, months=months)

    assert refused.value.reason == reason


def test_a_plan_is_the_teams_until_it_counts_and_then_the_desks():
    award = award_under({"own_plan": PLAN})
    officer = by(Role.OFFICER)

    with pytest.raises(NotFound):
        plan(award, by=by(Role.REVIEWER))
    with pytest.raises(NotAllowed):
        plan(award, by=by(Role.FINANCE))
    with pytest.raises(PlanFixed):
        plan(award, now=day(28))
    with pytest.raises(ReasonMissing):
        plan(award, by=officer, now=day(28))
    assert plan(award, by=officer, now=day(28), reason="New data came late.").number == 1


def test_card_hours_may_be_used_in_the_days_of_grace():
    from praya.apps.awards.commands import end_due_awards
    from praya.core.actor import Actor

    award = award_under({"grace_days": 14})
    praya = Actor.praya("awards")

    assert end_due_awards(by=praya, now=day(114) - timedelta(seconds=1)) == []
    assert hold(award, 8, day(110)).code
    assert end_due_awards(by=praya, now=day(114)) == [award.code]


def test_nothing_looks_at_an_award_without_rules():
    award_under({})

    assert run_life_rules(now=day(90)).checks == ()


MONTHLY = {
    "code": "monthly",
    "name": {"en": "A share a month"},
    "borrow_months": 0,
    "carry_months": 12,
    "waived_by": "officer",
}


def test_a_part_of_a_grant_is_opened_without_its_report_by_a_waiver():
    award = award_under({"tranches": HALVES | {"waived_by": "committee"}})
    with pytest.raises(NotOpenYet):
        hold(award, 600, day(1))
    with pytest.raises(NotAllowed):
        waive(rule_code="halves", mark="second", by=by(Role.OFFICER))
    for mark in ("first", "third", ""):
        with pytest.raises(NotFound):
            waive(rule_code="halves", mark=mark)

    first = waive(rule_code="halves", mark="second")

    assert waive(rule_code="halves", mark="second", reason="Another.") == first
    assert first.reason == "A flood."
    told = Letter.objects.filter(kind="award.hold_waived").values_list("to", "facts__line")
    assert list(told) == [(award.lead_id, LINE)]
    assert hold(award, 600, day(1)).state == "waiting"


def test_a_part_that_a_report_opened_has_nothing_to_waive():
    award = award_under({"tranches": HALVES | {"waived_by": "committee"}})
    open_tranche(
        award_code=award.code, part_code="second", report="May", by=by(Role.OFFICER), now=day(1)
    )
    with pytest.raises(AlreadyOpen):
        waive(rule_code="halves", mark="second")


def test_later_months_may_be_used_by_a_waiver_and_leftovers_lapse_all_the_same():
    award = award_under({"window": MONTHLY | {"carry_months": 1}})
    with pytest.raises(NotOpenYet):
        hold(award, 600, day(1))
    waive(rule_code="monthly", mark="later-months", by=by(Role.OFFICER))

    assert hold(award, 600, day(1)).state == "waiting"
    live_until(70)

    assert LineCheck.objects.filter(rule_code="monthly", waiver=None).exists()


def test_what_is_kept_back_is_waived_by_nobody_whom_the_rule_does_not_name():
    award_under({"tranches": HALVES})
    with pytest.raises(CannotWaive):
        waive(rule_code="halves", mark="second")


def unwaive(waiver, **changed):
    facts = {"waiver_id": waiver.pk, "reason": "The flood was none.", "now": day(20)}
    return withdraw_waiver(**(facts | {"by": by(Role.COMMITTEE)} | changed))


def test_a_waiver_that_is_withdrawn_lets_the_rule_cut_and_may_be_made_anew():
    award = award_under({"steps": [HALF]})
    first = waive()

    unwaive(first)

    assert unwaive(first).pk == first.pk
    assert Letter.objects.filter(kind="award.waiver_withdrawn", to=award.lead).count() == 1
    assert [cut.waiver for cut in expected_cuts(day(21))] == [None]
    second = waive(reason="There was another.", now=day(22))
    assert (second.number, second.pk == first.pk) == (2, False)
    unwaive(second, now=day(23))
    live_until(50)
    assert committed() == [500, 1_050_000]


def test_a_waiver_of_all_checks_counts_for_those_that_were_made():
    award_under({"straight_line": AGEING})
    waiver = waive(rule_code="ageing", mark="", by=by(Role.OFFICER))
    live_until(20)
    assert committed() == [1000, 2_100_000]

    unwaive(waiver, by=by(Role.OFFICER))
    live_until(30, since=21)

    assert committed()[0] < 1000
    assert LineCheck.objects.filter(waiver=waiver, cut_s=0).exists()


def test_withdrawing_is_refused_in_the_promised_order():
    award = award_under({"steps": [HALF]})
    waiver = waive()
    live_until(50)
    for refusal, changed in (
        (NotFound, {"waiver_id": 10**9}),
        (NotFound, {"by": by(Role.REVIEWER)}),
        (NotAllowed, {"by": lead_of(award, day(0)), "reason": " "}),
        (NotAllowed, {"by": by(Role.OFFICER), "reason": " "}),
        (ReasonMissing, {"reason": " "}),
        (CheckMade, {"now": day(51)}),
    ):
        with pytest.raises(refusal):
            unwaive(waiver, **changed)


def test_what_was_opened_by_a_waiver_is_shut_again_unless_it_was_used():
    award = award_under({"tranches": HALVES | {"waived_by": "committee"}})
    code = HALVES["code"]
    waiver = waive(rule_code=code, mark="second")
    unwaive(waiver)
    with pytest.raises(NotOpenYet):
        hold(award, 504, day(21), key="a")
    again = waive(rule_code=code, mark="second", now=day(22))
    hold(award, 504, day(22), key="b")

    with pytest.raises(WaiverUsed) as refused:
        unwaive(again, now=day(23))

    assert (refused.value.used.seconds, refused.value.most.seconds) == (504 * HOUR, 500 * HOUR)
