"""The team's own schedule of use in the form: read, refused, sealed, and held by the award."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.applications.cases import line, submit, submitted, written
from tests.factories import make_programme

from praya.apps.applications.models import RequestLine
from praya.apps.applications.queries import latest_submission
from praya.apps.applications.rules import DraftIncomplete
from praya.apps.applications.rules.content import differences
from praya.apps.applications.rules.plans import plan_in, plan_typed

OWN_PLAN = {
    "code": "plan",
    "name": {"en": "Held to the plan"},
    "every_months": 1,
    "tiers": [{"used_below_percent": 40, "cut_percent": 50}],
}
DAYS = {"first_on": "2026-04-15", "last_on": "2026-06-10"}
HOURS = line(shape="card-hours", cards="16", card_hours="9000", **DAYS)
FIRST, LAST = date(2026, 4, 15), date(2026, 6, 10)


@pytest.mark.parametrize(
    ("text", "plan", "fault"),
    [
        ("1000 3000 5000", {"2026-04": 1000, "2026-05": 3000, "2026-06": 5000}, None),
        ("0, 1; 0", {"2026-05": 1}, None),
        ("", None, None),
        ("1000 3000", None, ("plan-months", {"months": 3, "given": 2})),
        ("1 2 3 4", None, ("plan-months", {"months": 3, "given": 4})),
        ("1 -2 3", None, ("plan-not-whole", {})),
        ("1 2.5 3", None, ("plan-not-whole", {})),
        ("\N{ARABIC-INDIC DIGIT ONE} 2 3", None, ("plan-not-whole", {})),
        (f"1 2 {'9' * 5000}", None, ("too-large", {})),
        ("0 0 0", None, ("plan-nothing", {})),
    ],
)
def test_a_plan_is_read_as_typed(text, plan, fault):
    assert plan_in(text, first_on=FIRST, last_on=LAST, required=False) == (plan, fault)


def test_a_plan_that_is_needed_is_missing_when_empty():
    found = plan_in(" ", first_on=FIRST, last_on=LAST, required=True)

    assert found == (None, ("missing", {}))


def test_a_plan_is_written_as_it_was_typed():
    plan, _ = plan_in("0, 1000; 20", first_on=FIRST, last_on=LAST, required=False)

    assert plan_typed(plan, first_on=FIRST, last_on=LAST) == "0 1000 20"
    assert plan_typed(None, first_on=FIRST, last_on=LAST) == ""


@pytest.mark.django_db
def test_a_programme_that_needs_a_plan_takes_no_case_without(now):
    make_programme(now, life={"own_plan": OWN_PLAN | {"plan_required": True}})
    lines = [HOURS, line(), HOURS | {"plan": "1 2"}]
    application = written(now, lines=lines)

    with pytest.raises(DraftIncomplete) as refused:
        submit(application, now)

    # A lease is held day and night: there is nothing to plan.
    assert [(each.name, each.code) for each in refused.value.problems] == [
        ("lines.1.plan", "missing"),
        ("lines.3.plan", "plan-months"),
    ]


@pytest.mark.django_db
def test_a_programme_that_holds_nobody_to_a_plan_reads_none(now):
    make_programme(now)

    submitted(now, lines=[HOURS | {"plan": "nonsense"}])

    assert RequestLine.objects.get().plan is None


@pytest.mark.django_db
def test_the_plan_is_sealed_with_the_case_and_told_in_a_difference(now):
    make_programme(now, life={"own_plan": OWN_PLAN})
    submission = latest_submission(submitted(now, lines=[HOURS | {"plan": "1000 3000 5000"}]))
    content = submission.content
    before = content | {"lines": [{**content["lines"][0], "plan": "3000 3000 3000"}]}
    # As a case reads that was submitted before the form asked.
    older = content | {"lines": [{k: v for k, v in HOURS.items() if k != "plan"} | {"number": "1"}]}

    assert submission.content["lines"][0]["plan"] == "1000 3000 5000"
    assert [each.fields for each in differences(before, content).lines] == [("plan",)]
    assert [each.fields for each in differences(older, content).lines] == [("plan",)]
