"""Runs of a cluster, charged by the batch, that two people of finance take back."""

from __future__ import annotations

from dataclasses import replace

from tests.apps.enforcement.conftest import CODE
from tests.apps.enforcement.test_receiving import (
    numbers,
    receive,
    run,  # noqa: F401 -- a fixture
)
from tests.factories import appointed

from praya.apps.billing.queries.periods import book_against_meters, own_shares
from praya.apps.books.commands import ask_reversal
from praya.apps.books.models import Entry
from praya.apps.enforcement.queries.comparing import set_aside
from praya.apps.programmes.models import Programme
from praya.apps.usage.commands import approve_correction
from praya.apps.usage.models import Charge, ChargeMonth, UsageDay
from praya.apps.usage.queries import run_there
from praya.core.actor import Actor, Role
from praya.core.execution.accounting import RunEnd


def test_all_runs_of_the_entry_are_taken_back_and_none_is_charged_again(award, run, now):  # noqa: F811
    other = replace(run, key="harbour:8:1", job_id="8", cards=1)
    receive([run, other], now)
    entry = Entry.objects.get(kind="charge")
    one, two = (appointed("pier", Role.FINANCE, now, f"{n}@pier.example") for n in ("a", "b"))
    asked = ask_reversal(
        programme_code="pier", number=entry.number, reason="A bad node.", by=one, now=now
    )

    approve_correction(correction_id=asked.pk, by=two, now=now)

    assert (entry.records.count(), Charge.objects.count()) == (2, 4)
    assert numbers() == (0, 0, 36_000)
    month = ChargeMonth.objects.get()
    assert (month.card_seconds, month.list_minor, month.own_minor) == (0, 0, 0)
    assert [(day.card_seconds, day.jobs) for day in UsageDay.objects.all()] == [(0, 0)]
    programme = Programme.objects.get()
    assert (book_against_meters(programme), own_shares(programme)) == ({}, (0, 0))
    assert receive([run, other], now).repeated == 2
    told = replace(run, end=RunEnd.NODE_FAILED)
    assert receive([told], now).uncorrected == {f"{CODE}:{run.key}": "book.already_reversed"}


def test_the_cluster_s_pages_say_what_became_of_the_run(award, run, now):  # noqa: F811
    receive([run], now)
    assert run_there(CODE, "7", Actor.praya("t")).key == f"{CODE}:{run.key}"
    one, two = (appointed("pier", Role.FINANCE, now, f"{n}@pier.example") for n in ("a", "b"))
    number = Entry.objects.get(kind="charge").number
    asked = ask_reversal(programme_code="pier", number=number, reason="x", by=one, now=now)

    approve_correction(correction_id=asked.pk, by=two, now=now)

    assert set_aside(CODE, [run.key]) == {run.key: ("taken-back", False)}
    assert run_there(CODE, "7", Actor.praya("t")).why == "taken-back"
