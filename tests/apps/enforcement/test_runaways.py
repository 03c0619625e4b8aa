"""A run whose end its cluster lost is waited for, then set aside, and charged if an end is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.apps.enforcement.conftest import CODE

from praya.apps.books.queries import four_numbers
from praya.apps.enforcement.commands import read_accounts
from praya.apps.usage.models import SetAside, UsageRecord
from praya.core.execution.accounting import InFlight, RunEnd, Usage, Used


def test_a_run_that_the_controller_has_lost_holds_nothing_after_ten_minutes(harbour, now):
    began = int(now.timestamp()) - 600
    whose = ("harbour:7:1", "pir-0001", "mei", "7", "", "gpu", "nvidia-h800", 2)
    run = InFlight(*whose, began - 5, began, 600, 3600)

    def after(seconds, *, is_known):
        told = replace(run, is_known=is_known)
        harbour.told = Usage((), (told,))
        read_accounts(code=CODE, now=now + timedelta(seconds=seconds))
        return four_numbers(["PIR-0001"])["PIR-0001"][0].in_flight

    assert after(0, is_known=True) == 7200
    assert [after(20, is_known=False), after(600, is_known=False)] == [7200, 7200]
    assert after(610, is_known=True) == 7200, "it was there after all"
    assert [after(630, is_known=False), after(1220, is_known=False)] == [7200, 7200]
    assert [after(1230, is_known=False), after(1250, is_known=False)] == [0, 0]
    aside = SetAside.objects.get()
    assert (aside.why, aside.is_refund, aside.card_seconds) == ("runaway", False, 2 * 1230)

    ended = Used(*whose, began - 5, began, began + 900, 900, RunEnd.COMPLETED, 0, 0, 3600)
    harbour.told = Usage((ended,), ())
    read_accounts(code=CODE, now=now + timedelta(seconds=1300))
    assert [row.card_seconds for row in UsageRecord.objects.all()] == [1800]
    assert SetAside.objects.count() == 0


def test_a_run_that_was_charged_is_not_set_aside_when_old_accounts_are_brought_back(harbour, now):
    """They have it as running, the controller has it not, and the book has had its end."""
    began = int(now.timestamp()) - 600
    whose = ("harbour:7:1", "pir-0001", "mei", "7", "", "gpu", "nvidia-h800", 2)
    ended = Used(*whose, began - 5, began, began + 590, 590, RunEnd.COMPLETED, 0, 0, 3600)
    harbour.told = Usage((ended,), ())
    read_accounts(code=CODE, now=now)
    again = InFlight(*whose, began - 5, began, 600, 3600, is_known=False)
    harbour.told = Usage((), (again,))

    for seconds in (20, 640):
        read_accounts(code=CODE, now=now + timedelta(seconds=seconds))

    assert [row.card_seconds for row in UsageRecord.objects.all()] == [1180]
    assert SetAside.objects.count() == 0
