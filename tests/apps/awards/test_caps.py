"""Ceilings on subsidy hold when a case is decided and when an award is accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.apps.applications.cases import LARGE, lead_of
from tests.apps.awards.cases import ALL, accepted, decided, decision_on, member, money, offered
from tests.apps.reviews.cases import reviewed
from tests.factories import make_programme

from praya.apps.awards.commands import accept_award
from praya.apps.awards.models import Award
from praya.apps.awards.queries import case_to_decide, headrooms_of, received_in_window
from praya.apps.awards.rules.caps import Cap, CapPassed, Headroom, check_caps
from praya.apps.people.models import AuditLine
from praya.apps.programmes.queries import rules_of, version_in_force
from praya.core.quantity import Money

GRANTED = 241_920_00  # the subsidy of all that ``LARGE`` asks for
SECOND = "second@lab.example"


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


def programme(now, **subsidy):
    make_programme(now, subsidy={"percent": 70} | subsidy)
    money(now)


def second(now, email=SECOND):
    """A second case of the same house, ready to be decided."""
    application = reviewed(now, email=email, lines=[LARGE])
    first = Award.objects.first()
    if first is not None:
        application.organisation_id = first.organisation_id
        application.save(update_fields=["organisation"])
    return application


@pytest.mark.parametrize(
    ("caps", "cap"),
    [
        ({"per_award": "241919.99"}, "award"),
        ({"programme": "241919.99"}, "programme"),
        ({"per_organisation_a_year": "241919.99"}, "organisation-year"),
    ],
)
def test_a_cap_holds_to_the_cent(caps, cap, now, db):
    programme(now, caps=caps)

    with pytest.raises(CapPassed) as refusal:
        decided(now)
    assert (refusal.value.cap, refusal.value.left, refusal.value.asked) == (
        cap,
        hkd(GRANTED - 1),
        hkd(GRANTED),
    )


def test_what_is_just_enough_passes(now, db):
    exact = "241920"
    caps = {"per_award": exact, "programme": exact, "per_organisation_a_year": exact}
    programme(now, caps=caps, window={"years": 3, "ceiling": exact})

    assert accepted(now).subsidy_minor == GRANTED


def test_what_was_granted_before_counts_held_offered_or_accepted(now, db):
    programme(now, caps={"per_organisation_a_year": "400000", "programme": "10000000"})
    held = decided(now)
    other = second(now)
    other.organisation_id = held.application.organisation_id
    other.save(update_fields=["organisation"])

    with pytest.raises(CapPassed) as refusal:
        decision_on(other, now)
    assert refusal.value.granted == hkd(GRANTED)


def test_a_window_looks_over_years_and_refuses(now, db):
    programme(now, window={"years": 3, "ceiling": "400000"})
    accepted(now)

    with pytest.raises(CapPassed) as refusal:
        decision_on(second(now), now)
    assert (refusal.value.cap, refusal.value.years) == ("window", 3)


def test_a_window_that_warns_lets_pass_and_says_so(now, db):
    programme(now, window={"years": 3, "ceiling": "400000", "act": "warn"})
    accepted(now)

    decision_on(second(now), now)

    told = AuditLine.objects.filter(action="decision.taken").order_by("-id").first()
    assert told.facts["caps_passed"] == ["window"]


def test_headroom_stands_on_the_page_of_the_case(now, db):
    programme(now, caps={"programme": "500000"}, window={"years": 3, "ceiling": "400000"})
    accepted(now)
    application = second(now)

    case = case_to_decide(application.code, member(now), now)

    assert list(case.headrooms) == [
        Headroom(Cap.PROGRAMME, hkd(500_000_00), hkd(GRANTED), application=application.code),
        Headroom(Cap.WINDOW, hkd(400_000_00), hkd(GRANTED), years=3, application=application.code),
    ]


def test_a_cap_passed_since_by_others_stops_the_acceptance(now, db):
    programme(now, caps={"programme": "483840"})
    award = offered(now)
    # A supplement elsewhere, say: the sum of the programme has grown by a cent since.
    other = accepted(now, email=SECOND)
    Award.objects.filter(pk=other.pk).update(subsidy_minor=GRANTED + 1)

    with pytest.raises(CapPassed):
        accept_award(
            code=award.code, agreement_number=1, by=lead_of(award.application, now), now=now
        )


def test_without_ceilings_nothing_is_asked(now, db, django_assert_num_queries):
    programme(now)
    application = reviewed(now, lines=[LARGE])
    rules = rules_of(version_in_force("pier", now.date()))

    with django_assert_num_queries(0):
        assert headrooms_of(application, rules, now.date()) == []


def test_what_was_received_ends_with_the_window(now, db):
    programme(now)
    award = accepted(now)
    zone = ZoneInfo("Asia/Hong_Kong")

    [one] = received_in_window(3, date(2029, 3, 1), zone)
    assert (one.organisation_id, one.awards, one.subsidy) == (
        award.organisation_id,
        1,
        hkd(GRANTED),
    )
    assert received_in_window(3, date(2029, 3, 2), zone) == []


def test_a_leap_day_looks_back_to_the_first_of_march(now, db):
    programme(now)
    award = accepted(now)
    Award.objects.filter(pk=award.pk).update(accepted_at=datetime(2025, 2, 28, 17, tzinfo=UTC))
    zone = ZoneInfo("Asia/Hong_Kong")

    assert len(received_in_window(3, date(2028, 2, 29), zone)) == 1


def test_the_first_ceiling_that_refuses_is_told():
    rooms = [
        Headroom(Cap.AWARD, hkd(10), hkd(0)),
        Headroom(Cap.PROGRAMME, hkd(5), hkd(0)),
        Headroom(Cap.WINDOW, hkd(1), hkd(0), refuses=False, years=3),
    ]

    assert check_caps(rooms, hkd(1)) == []
    assert check_caps(rooms, hkd(5)) == [rooms[2]]
    with pytest.raises(CapPassed) as refusal:
        check_caps(rooms, hkd(11))
    assert refusal.value.cap == "award"


def test_all_of_a_case_is_what_these_tests_grant(now, db):
    programme(now)
    assert decided(now, lines=[ALL]).application.subsidy_minor == GRANTED
