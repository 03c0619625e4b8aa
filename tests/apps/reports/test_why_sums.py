"""Figures that are no postings explained: days to a decision, ceilings, what is open by age."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.awards.cases import accepted, decided, member
from tests.apps.awards.test_caps import GRANTED, SECOND, programme, second
from tests.apps.billing.cases import MARCH, make_house
from tests.apps.changes.test_interest import award as owing  # noqa: F401 -- a fixture
from tests.awarding import active_award, lead_of, make_site
from tests.factories import appointed, person_behind

from praya.apps.applications.models import Application
from praya.apps.billing.commands import close_month, issue_invoices
from praya.apps.billing.queries import ageing_sums
from praya.apps.billing.rules import Bucket, bucket_of, due_between
from praya.apps.changes.queries import owed_by_age
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.commands import take_snapshot
from praya.apps.reports.queries.why import GroundKind, WhyCode, Window, why_age, why_ceiling
from praya.apps.reports.queries.why import why_figure as why
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound
from praya.web.billing import invoices
from praya.words import clock

DAYS = "days-to-decision"
NOBODY = Actor(person_id=None, name="")


def parts(found):
    return [(part.code, part.unit, part.amount) for part in found.parts]


@pytest.fixture
def took(now, db):
    """Four decisions, released after 3, 5, 5 and 20 days."""
    make_site(now - timedelta(days=30))
    for nth, days in enumerate((20, 5, 3, 5)):
        given = active_award(now, lead=f"lead{nth}@pier.example")
        case = Application.objects.filter(pk=given.application_id)
        case.update(submitted_at=now - timedelta(days=days))
    take_snapshot(programme_code="pier", now=now)


def test_the_public_sees_the_middle_decision_and_how_many_took_how_long(took):
    found = why("pier", DAYS, NOBODY)

    assert (found.unit, found.amount) == ("days", 5)
    assert parts(found) == [
        (WhyCode.MEDIAN, "days", 5),
        (WhyCode.DECIDED, "cases", 1),
        (WhyCode.DECIDED, "cases", 2),
        (WhyCode.DECIDED, "cases", 1),
    ]
    assert found.parts[0].facts == {"number": 2, "count": 4}
    assert {part.facts["application"] for part in found.parts[1:]} == {""}


def test_an_auditor_sees_each_decision_page_by_page(took, now):
    auditor = appointed("pier", Role.AUDITOR, now, "auditor@pier.example")
    seen, offset = [], 0
    while offset is not None:
        page = why("pier", DAYS, auditor, window=Window(offset, 3))
        seen += [part.facts["days"] for part in page.parts if part.code is WhyCode.DECIDED]
        assert sum(part.amount for part in page.parts if part.unit == "cases") == 4
        offset = page.next_offset

    assert seen == [3, 5, 5, 20]


def test_a_decision_after_the_figure_was_taken_does_not_count(took, now):
    active_award(now + timedelta(days=1), lead="late@pier.example")
    Application.objects.filter(submitted_at=None).update(submitted_at=now)

    assert why("pier", DAYS, NOBODY).parts[0].facts == {"number": 2, "count": 4}


def test_a_ceiling_is_left_by_all_that_counts_under_it(now, db):
    programme(now, caps={"per_organisation_a_year": "600000", "programme": "10000000"})
    given = accepted(now)
    held = decided(now, email=SECOND)
    case = Application.objects.filter(pk=held.application_id)
    case.update(organisation=given.organisation_id)
    third = second(now, email="third@lab.example")

    found = why_ceiling(third.code, "organisation-year", member(now), now)

    assert found.amount == 600_000_00 - 2 * GRANTED
    assert parts(found) == [
        (WhyCode.AT_MOST, "HKD", 600_000_00),
        (WhyCode.HELD, "HKD", -GRANTED),
        (WhyCode.GRANTED, "HKD", -GRANTED),
    ]
    assert [ground.kind for ground in found.grounds] == [GroundKind.RULES]
    # A sum: who decides one case may have no part in another.
    assert found.parts[1].facts == {"count": 1}
    page = why_ceiling(third.code, "programme", member(now), now, window=Window(1, 1))
    assert parts(page)[0] == (WhyCode.HELD, "HKD", -GRANTED)
    assert (page.count, page.next_offset) == (3, 2)
    for ask in (
        lambda: why_ceiling(third.code, "window", member(now), now),
        lambda: why_ceiling(third.code, "nonsense", member(now), now),
        lambda: why_ceiling(third.code, "programme", lead_of(given, now), now),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("bucket", Bucket)
def test_every_due_day_lies_in_the_bucket_whose_days_it_is_between(bucket):
    today = date(2026, 3, 31)
    days = [today + timedelta(days=n) for n in range(-200, 30)]
    first, last = due_between(bucket, today)

    assert [day for day in days if bucket_of(day, today) is bucket] == [
        day for day in days if first <= day <= last
    ]


def test_what_is_open_at_an_age_leads_to_its_invoices(db, client, monkeypatch):
    house = make_house()
    close_month(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    issue_invoices(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    later = MARCH + timedelta(days=75)
    sums = {one.bucket: one.open.minor for one in ageing_sums("pier", "HKD", later.date())}

    found = {one: why_age("pier", one.value, house.finance, later) for one in Bucket}

    assert {one: each.amount for one, each in found.items()} == sums
    assert [one for one, each in found.items() if each.parts] == [
        one for one, minor in sums.items() if minor
    ]
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(invoices, "now", lambda: later)
    client.force_login(person_behind(house.finance))
    [aged] = [one for one, minor in sums.items() if minor]
    url = f"/finance/pier/ageing/{aged.value}/why/"
    assert url in client.get("/finance/pier/ageing/").text
    assert "/finance/pier/why/?account=invoice" in client.get(url).text
    with pytest.raises(NotAllowed):
        why_age("pier", aged.value, house.lead, later)
    with pytest.raises(NotFound):
        why_age("pier", "to-90", house.finance, later)


def test_what_is_owed_at_an_age_leads_to_its_debts(owing, now, client, monkeypatch):  # noqa: F811
    finance = appointed("pier", Role.FINANCE, now, "second.cash@pier.example")
    later = now + timedelta(days=60)

    found = why_age("pier", "to-90", finance, later, of="debts")

    assert parts(found) == [(WhyCode.DEBT, "HKD", 840_00)]
    assert why_age("pier", "to-30", finance, later, of="debts").amount == 0
    owed = owed_by_age(programme_of("pier"), finance, later)
    assert {age: why_age("pier", age, finance, later, of="debts").amount for age in owed} == {
        age: each.minor for age, each in owed.items()
    }
    monkeypatch.setattr(clock, "now", lambda: later)
    client.force_login(person_behind(finance))
    assert "/finance/pier/ageing/to-90/why/?of=debts" in client.get("/finance/pier/debts/").text
    debt = found.parts[0].facts["debt"]
    assert f"/debts/{debt}/" in client.get("/finance/pier/ageing/to-90/why/?of=debts").text
