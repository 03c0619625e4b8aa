"""A price fall is passed on to running awards where their rules say so; a rise never is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.awarding import Given, active_award, lead_of, make_site
from tests.demo.rederiving import charge_anew
from tests.factories import appointed, minimal_programme_yaml
from tests.fakes import ObedientEngine

from praya.apps.billing.queries.periods import book_against_meters
from praya.apps.books.queries import line_numbers, verify_book
from praya.apps.programmes.commands import apply_programme
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries.why import GroundKind, why_charge
from praya.apps.usage.commands import accrue_leases, run_schedule, submit_job, track_jobs
from praya.apps.usage.models import Charge
from praya.apps.usage.queries import run_key
from praya.apps.usage.rules import ClassUnknown
from praya.core.actor import Role
from praya.words.why import ground_sentence

pytestmark = pytest.mark.django_db
HOUR = 3600
ONE_DAY = timedelta(days=1)
COUNTED = (
    *("rule_version_id", "price_minor_per_hour", "price_from", "service_class"),
    *("list_minor", "subsidy_minor", "own_minor"),
)


def prices(per_hour: int, *, urgent: str = "3/2", **more: str) -> list[dict[str, object]]:
    return [
        {
            "device_model": model,
            "per_card_hour": per_hour,
            "valid_from": "2026-01-01",
            "factors": {"urgent": urgent} | more,
        }
        for model in ("nvidia-h800", "ascend-910b")
    ]


def site(now, **changed):
    make_site(now - ONE_DAY, prices=prices(30), **changed)
    Programme.objects.update(applications_made=1)  # so the rules cannot begin before today


def later_rules(per_hour, on, now, **changed):
    source = minimal_programme_yaml(
        prices=prices(per_hour, **changed), effective_on=on.isoformat(), price_of_awards="keep"
    )
    apply_programme(source=source, by=appointed("pier", Role.OFFICER, now), now=now)


def per_hour_of_days(now) -> list[int]:
    accrue_leases(now=now)
    charges = Charge.objects.order_by("usage__began_at")
    return [charge.price_minor_per_hour for charge in charges]


def test_a_job_pays_the_lower_price_from_the_morning_after_it_was_applied(now):
    site(now, price_of_awards="follow")
    award = active_award(now, hours=10)
    code = f"{award.code}.1"
    today, morrow = now.date(), now + ONE_DAY
    later_rules(24, today, now, urgent="6/4", night="1/2")
    facts = {"award_code": award.code, "cards": 2, "time_limit_s": HOUR, "argv": ["true"]}
    asked = facts | {"by": lead_of(award, now), "service_class": "urgent"}

    submit_job(key="first", now=now, **asked)  # the new price is of the same day
    assert line_numbers([code])[code][1].in_flight == 2 * 45_00 * 7 // 10
    job = submit_job(key="second", now=morrow, **asked)
    assert line_numbers([code])[code][1].in_flight == 2 * (45_00 + 36_00) * 7 // 10
    with pytest.raises(ClassUnknown):  # the award's own rules have no such class
        submit_job(key="third", now=morrow, **asked | {"service_class": "night"})

    engine = ObedientEngine(morrow)
    run_schedule(engine=engine, cluster_code="quay", now=morrow)
    engine.pass_time(HOUR // 2)
    engine.end(run_key(job))
    track_jobs(engine=engine, cluster_code="quay", now=morrow + timedelta(minutes=30))
    charge = Charge.objects.get(usage__job=job)
    assert (charge.price_minor_per_hour, charge.list_minor) == (36_00, 36_00)
    anew = charge_anew(charge)
    assert [getattr(anew, name) for name in COUNTED] == [getattr(charge, name) for name in COUNTED]
    why = why_charge(charge.usage.key, lead_of(award, now))
    [price, rules] = [
        ground for ground in why.grounds if ground.kind in {GroundKind.PRICE, GroundKind.RULES}
    ]
    assert ground_sentence(price) == (
        "Price list: HK$36.00 a card-hour of nvidia-h800 since 1 January 2026, passed on from the "
        "rules, version 2, in the class of service urgent, 6/4 of HK$24.00"
    )
    assert ground_sentence(rules) == "Rules, version 1"
    assert book_against_meters(programme_of("pier")) == {}
    assert verify_book("pier") == (True, [])


def test_a_lease_pays_each_day_its_own_price_and_never_a_higher_one(now):
    site(now, price_of_awards="follow")
    active_award(now, lines=[Given("cards", cards=1, first_on=now.date())])
    later_rules(24, date(2026, 3, 3), now)
    later_rules(40, date(2026, 3, 5), now)

    # The first is of the day of the award; of the fourth on, 40.00 is above its own 30.00.
    assert per_hour_of_days(now + 5 * ONE_DAY) == [30_00, 24_00, 24_00, 30_00, 30_00]


@pytest.mark.parametrize("own", [{}, {"price_of_awards": "follow"}])
def test_an_award_keeps_its_price_by_default_and_where_the_classes_differ(now, own):
    site(now, **own)
    active_award(now, lines=[Given("cards", cards=1, first_on=now.date())])
    later_rules(24, date(2026, 3, 3), now, urgent="2/1" if own else "3/2")

    assert per_hour_of_days(now + 3 * ONE_DAY) == [30_00] * 3
