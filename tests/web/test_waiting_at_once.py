"""The first page of a lead for whom one thing of every kind waits."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.apps.life.lives import HALF, HALVES, award_under, day, hold, live_until
from tests.awarding import active_award
from tests.factories import make_person

from praya.apps.applications.models import Application
from praya.apps.awards.models import Award
from praya.apps.billing.models import Invoice
from praya.apps.books.models import Balance
from praya.apps.people.letters import send_letter
from praya.apps.people.models import Affiliation
from praya.apps.usage.models import Job
from praya.core.actor import EVERY_PROGRAMME, Actor, Role
from praya.web.home import KINDS
from praya.words import clock

NOW = day(20)


@pytest.fixture
def award(db, monkeypatch):
    """An award whose lead was told of a cut, and for whom the rest of what can wait waits, too."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    award = award_under({"steps": [HALF], "tranches": HALVES})
    live_until(20)
    fail_a_job(award)
    offer_another(award)
    let_somebody_ask_to_join(award)
    send_an_invoice(award)
    warn(award, "HKD", percent=75)
    return award


def fail_a_job(award):
    hold(award, 8, day(19))
    Job.objects.update(state="failed", exit_code=1, ended_at=day(20))


def offer_another(award):
    """An offer, and the draft of a case of the same lead."""
    other = active_award(day(1))
    Award.objects.filter(pk=other.pk).update(state="offered", accept_by=date(2026, 3, 1))
    Application.objects.filter(pk=other.application_id).update(state="draft")
    assert other.lead_id == award.lead_id


def let_somebody_ask_to_join(award):
    house = {"organisation": award.organisation, "asked_at": NOW}
    Affiliation.objects.create(person=award.lead, state="active", is_manager=True, **house)
    Affiliation.objects.create(person=make_person("kim@lab.example"), state="asked", **house)


def send_an_invoice(award):
    Invoice.objects.create(
        programme=award.programme,
        number=1,
        code="PIR-I0001",
        kind="invoice",
        award=award,
        month="2026-02",
        currency="HKD",
        amount_minor=100_00,
        issued_on=date(2026, 2, 20),
        due_on=date(2026, 3, 20),
        content={},
        sha256="",
        issued_at=NOW,
        issued_by=award.lead,
    )
    Balance.objects.create(
        programme_code=award.programme.code,
        account="invoice/PIR-I0001",
        commodity="HKD",
        amount=100_00,
        may_be_negative=False,
    )


def warn(award, commodity, *, percent):
    """A mail that so much is used of what was granted in one commodity."""
    send_letter(
        "warning.used",
        to=award.lead,
        award=award.code,
        title="Tides",
        commodity=commodity,
        percent=percent,
        settled=75_00,
        in_flight=0,
        free=25_00,
        committed=100_00,
    )


def first_page(award) -> str:
    client = Client()
    client.force_login(award.lead)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_whatever_waits_the_first_page_asks_at_most_fifteen_queries(
    award, django_assert_max_num_queries
):
    client = Client()
    client.force_login(award.lead)

    with django_assert_max_num_queries(15):
        page = client.get("/").content.decode()

    for said in (
        "may lose",
        "Finish your application",
        "Accept the award",
        "asks to join",
        "failed",
        "is to be paid",
        "is used",
    ):
        assert said in page, said


def test_two_warnings_on_one_award_can_be_told_apart(award):
    warn(award, "nvidia-h800·s", percent=75)

    page = first_page(award)

    assert f"{award.code}: 75 % of HK$100.00 is used" in page
    assert f"{award.code}: 75 % of 2.8 card-hours of nvidia-h800 is used" in page


@pytest.mark.django_db
def test_questions_that_are_kept_are_made_of_the_actor_alone(
    monkeypatch, django_assert_num_queries
):
    """What is asked of the database or a clock to make one would be as old as the process."""

    def no_clock():
        raise AssertionError("a question that is kept asked for the time")

    monkeypatch.setattr(clock, "now", no_clock)
    roles = {(code, role) for code in ("harbour", EVERY_PROGRAMME) for role in Role}
    actor = Actor(person_id=1, name="Mei", appointments=frozenset(roles))
    kept = [kind for kind in KINDS if not kind.changes_with_time]

    with django_assert_num_queries(0):
        made = [str(kind.rows(actor, NOW).query) for kind in kept if kind.is_for(actor)]

    assert len(made) > 20
    assert made == [str(kind.rows(actor, day(300)).query) for kind in kept]
