"""What a cluster tells of is charged once, held while it runs, and given back where it failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from django.db.models import Sum
from tests.apps.enforcement.conftest import CODE
from tests.awarding import Given, active_award, make_site

from praya.apps.billing.queries.periods import book_against_meters
from praya.apps.books.commands import reverse_entry
from praya.apps.books.models import Entry
from praya.apps.books.queries import four_numbers, line_numbers, verify_book
from praya.apps.people.models import AuditLine
from praya.apps.programmes.models import Programme
from praya.apps.usage.commands import hold_in_flight, receive_runs, release_unheard
from praya.apps.usage.models import (
    Charge,
    ChargeMonth,
    ClusterUse,
    RunCorrection,
    SetAside,
    UsageDay,
    UsageRecord,
)
from praya.apps.usage.queries.receiving import with_allowances
from praya.core.actor import Actor
from praya.core.execution.accounting import InFlight, RunEnd, Usage, Used
from praya.core.ledger import CannotReverse
from praya.core.programme.life import CENTRE_FAULTS, RefundedEnd

ACCOUNTS = {"pir-0001": "PIR-0001"}


@pytest.fixture
def run(now):
    """Two cards for an hour, that ended a minute ago."""
    end = int(now.timestamp()) - 60
    return Used(
        key="harbour:7:1",
        account="pir-0001",
        member="mei",
        job_id="7",
        run_key="",
        partition="gpu",
        device_model="nvidia-h800",
        cards=2,
        submitted_at=end - 3700,
        began_at=end - 3600,
        ended_at=end,
        held_s=3600,
        end=RunEnd.COMPLETED,
        exit_code=0,
        signal=0,
        time_limit_s=7200,
    )


def in_flight(run):
    return InFlight(
        run.key, run.account, run.member, run.job_id, "", run.partition, run.device_model,
        run.cards, run.submitted_at, run.began_at, 60, run.time_limit_s,
    )  # fmt: skip


def receive(runs, now):
    return receive_runs(cluster_code=CODE, runs=runs, awards=ACCOUNTS, now=now)


def hold(run, now):
    done = hold_in_flight(cluster_code=CODE, runs=[in_flight(run)], awards=ACCOUNTS, now=now)
    return done.held


def numbers():
    [time, _] = four_numbers(["PIR-0001"])["PIR-0001"]
    return time.settled, time.in_flight, time.free


def test_a_run_is_charged_once_however_often_it_is_read(award, run, now):
    assert receive([run, run], now).charged == 1
    again = receive([run], now)

    assert (again.charged, again.repeated) == (0, 1)
    assert numbers() == (7200, 0, 28_800)
    charge, month = Charge.objects.get(), ChargeMonth.objects.get()
    assert (charge.list_minor, charge.own_minor, month.charges) == (60_00, 18_00, 1)
    assert [(day.card_seconds, day.jobs) for day in UsageDay.objects.all()] == [(7200, 1)]
    assert verify_book("pier") == (True, [])


def test_what_runs_is_held_and_its_use_ends_the_hold(award, run, now):
    assert hold(run, now) == [f"{CODE}:{run.key}"]
    assert hold(run, now) == []
    assert numbers() == (0, 14_400, 21_600)

    receive([run], now)
    assert numbers() == (7200, 0, 28_800)


def test_more_is_held_when_a_limit_is_raised_and_what_cannot_be_is_told(award, run, now):
    hold(run, now)
    longer = replace(run, time_limit_s=10_800)
    assert hold(longer, now) == [f"{CODE}:{run.key}"]
    assert hold(longer, now) == hold(run, now) == []
    assert numbers() == (0, 21_600, 14_400)

    beyond = in_flight(replace(run, time_limit_s=36_000))
    done = hold_in_flight(cluster_code=CODE, runs=[beyond], awards=ACCOUNTS, now=now)
    assert (done.held, done.unheld_s) == ([], {run.key: 2 * 36_000 - 21_600})
    assert numbers() == (0, 21_600, 14_400)

    receive([replace(longer, held_s=10_000, began_at=run.ended_at - 10_000)], now)
    assert numbers() == (20_000, 0, 16_000), "more than its first hold, and no overrun"
    assert verify_book("pier") == (True, [])


def test_what_was_held_more_is_released_with_the_rest(award, run, now):
    hold(run, now)
    hold(replace(run, time_limit_s=10_800), now)
    assert release_unheard(cluster_code=CODE, alive=[run.key], now=now) == []
    assert release_unheard(cluster_code=CODE, alive=[], now=now) == [f"{CODE}:{run.key}"]
    assert numbers() == (0, 0, 36_000)


def test_a_hold_whose_run_the_cluster_forgot_is_released(award, run, now):
    hold(run, now)
    assert release_unheard(cluster_code=CODE, alive=[run.key], now=now) == []
    assert release_unheard(cluster_code=CODE, alive=[], now=now) == [f"{CODE}:{run.key}"]
    assert numbers() == (0, 0, 36_000)

    receive([run], now)
    assert numbers() == (7200, 0, 28_800), "it is charged if it is heard of after all"


@pytest.mark.parametrize("end", [RunEnd.NODE_FAILED, RunEnd.NOT_LAUNCHED])
def test_what_the_centre_failed_is_not_charged_and_may_be_used_again(award, run, now, end):
    hold(run, now)
    receive([replace(run, end=end)], now)
    receive([replace(run, end=end)], now)

    aside = SetAside.objects.get()
    assert (aside.why, aside.is_refund, aside.card_seconds) == (end.value, True, 7200)
    assert numbers() == (0, 0, 36_000)
    assert ClusterUse.objects.get().card_seconds == 7200, "the cluster's counter shows it"


def test_what_has_no_line_is_set_aside_and_does_not_stop_the_rest(award, run, now):
    other = replace(run, key="harbour:8:1", device_model="ascend-910b")
    done = receive([other, run], now)

    assert (done.charged, done.set_aside) == (1, {f"{CODE}:harbour:8:1": "usage.no_line"})
    assert not SetAside.objects.get().is_refund


def test_what_was_held_on_a_line_is_charged_to_the_one_that_was_extended_over_its_day(db, run, now):
    """The book and the charge name one line, which is where taking it back looks for it."""
    make_site(now)
    ended = Given(hours=10, last_on=date(2026, 1, 31))
    award = active_award(now, lines=[ended, Given(hours=10, first_on=date(2026, 2, 1))])
    hold(run, now)
    award.lines.filter(number=1).update(last_on=date(2026, 12, 31))

    for _ in range(2):
        receive([run], now)

    charge = Charge.objects.get()
    first, second = award.lines.order_by("number")
    settled = {
        line: next(one.settled for one in numbers)
        for line, numbers in line_numbers([first.code, second.code]).items()
    }
    assert charge.line == first
    assert settled == {first.code: 7200, second.code: 0}
    assert numbers() == (7200, 0, 64_800)
    receive([replace(run, held_s=1800)], now)
    assert [one.becomes_s for one in RunCorrection.objects.all()] == [3600]
    assert numbers() == (3600, 0, 68_400)
    assert verify_book("pier") == (True, [])


def test_accounts_that_are_not_praya_s_are_left_alone(award, run, now):
    receive([replace(run, account="physics")], now)
    assert (numbers(), SetAside.objects.count()) == ((0, 0, 36_000), 0)


def test_what_ending_a_run_took_is_not_charged_and_lowering_its_limit_saves_nothing(
    award, run, now
):
    """Two runs of two hours: one is stopped a minute late, one was lowered to a minute before."""
    hold(run, now)
    stopped = replace(run, held_s=7260, ended_at=run.began_at + 7260, end=RunEnd.TIMED_OUT)
    [late] = with_allowances(CODE, Usage((stopped,), ()), accounts=ACCOUNTS).ended
    receive([late], now)
    assert (numbers()[0], ClusterUse.objects.get().card_seconds) == (14_400, 14_520)

    six = replace(run, key="harbour:8:1", time_limit_s=360)
    hold(six, now)
    lowered = replace(six, held_s=360, time_limit_s=60)
    for end in (RunEnd.TIMED_OUT, RunEnd.COMPLETED):
        usage = with_allowances(CODE, Usage((replace(lowered, end=end),), ()), accounts=ACCOUNTS)
        receive(usage.ended, now)
        assert numbers()[0] == 14_400 + 720
    assert RunCorrection.objects.count() == 0


def test_allowances_are_asked_for_awards_only_and_not_all_at_once(
    award, run, now, django_assert_num_queries
):
    hold(run, now)
    late = replace(run, held_s=7260, ended_at=run.began_at + 7260, end=RunEnd.TIMED_OUT)
    others = [replace(late, key=f"harbour:{at}:1", account="physics") for at in range(8, 500)]
    told = [late, *others, replace(late, cards=0)]

    with django_assert_num_queries(1):
        found = with_allowances(CODE, Usage(tuple(told), ()), accounts=ACCOUNTS)
    assert [run.allowed_s for run in found.ended] == [7200, *([0] * 493)]


def test_a_limit_lowered_before_the_book_saw_the_run_saves_nothing_either(award, run, now):
    seen = replace(in_flight(run), held_s=3600, time_limit_s=60)
    hold_in_flight(cluster_code=CODE, runs=[seen], awards=ACCOUNTS, now=now)
    assert numbers()[1] == 7200


class AnotherBetween(dict):
    """Accounts during whose look-up, after what is known was read, another receives the same."""

    def __init__(self, another):
        super().__init__(ACCOUNTS)
        self.another = another

    def get(self, *asked):
        another, self.another = self.another, lambda: None
        another()
        return super().get(*asked)


def test_two_who_read_the_same_at_once_charge_it_once_and_put_it_right_once(award, run, now):
    mended = replace(run, held_s=1800)
    for told, done in ((run, (0, 0, 1)), (mended, (0, 0, 1))):
        awards = AnotherBetween(lambda told=told: receive([told], now))
        found = receive_runs(cluster_code=CODE, runs=[told], awards=awards, now=now)
        assert (found.charged, found.corrected, found.repeated) == done
    assert numbers() == (3600, 0, 32_400)
    assert RunCorrection.objects.count() == 1


def corrected(run, now, **changed):
    """Received as it was, then told otherwise, twice."""
    receive([run], now)
    other = replace(run, **changed)
    first, again = receive([other], now), receive([other], now)
    assert (first.corrected, first.uncorrected) == (1, {})
    assert (again.corrected, again.charged, again.repeated) == (0, 0, 1)
    assert verify_book("pier") == (True, [])
    assert book_against_meters(Programme.objects.get()) == {}


@pytest.mark.parametrize(
    ("changed", "used_s"),
    [
        ({"held_s": 1800}, 3600),
        ({"held_s": 7200, "cards": 4}, 28_800),
        ({"held_s": 0}, 0),
        ({"held_s": 20_000, "time_limit_s": 0}, 40_000),
    ],
)
def test_a_run_that_is_told_otherwise_is_put_right_once(award, run, now, changed, used_s):
    corrected(run, now, **changed)

    assert numbers() == (min(used_s, 36_000), 0, max(0, 36_000 - used_s))
    assert UsageRecord.objects.aggregate(sum=Sum("card_seconds")) == {"sum": used_s}
    [month] = ChargeMonth.objects.all()
    assert (month.card_seconds, month.list_minor) == (used_s, used_s * 30_00 // 3600)
    days = UsageDay.objects.aggregate(Sum("card_seconds"), Sum("jobs"), Sum("list_minor"))
    assert list(days.values()) == [used_s, int(used_s > 0), month.list_minor]
    kinds = Entry.objects.exclude(kind__in=["fund", "commit"]).order_by("number")
    assert (
        list(kinds.values_list("kind", flat=True))
        == ["charge", "uncharge", "charge"][: 3 if used_s else 2]
    )
    assert AuditLine.objects.get(action="usage.corrected").facts["becomes_s"] == used_s
    assert ClusterUse.objects.get().card_seconds == 7200, "the cluster's counter does not move"


def test_a_run_whose_node_turns_out_to_have_failed_is_given_back_and_charged_again(award, run, now):
    corrected(run, now, end=RunEnd.NODE_FAILED)
    assert numbers() == (0, 0, 36_000)
    assert SetAside.objects.get().is_refund

    assert receive([run], now).corrected == 1
    assert numbers() == (7200, 0, 28_800)
    assert not SetAside.objects.exists()
    numbered = RunCorrection.objects.order_by("number").values_list("number", "was_s", "becomes_s")
    assert list(numbered) == [(1, 7200, 0), (2, 0, 7200)]


def reverse_by_hand(number, now):
    reverse_entry(
        programme_code="pier",
        number=number,
        key="by-hand",
        by=Actor.praya("t"),
        now=now,
        reason="x",
    )


def test_a_run_told_of_a_model_without_a_line_is_given_back_once(award, run, now):
    corrected(run, now, device_model="ascend-910b")

    assert numbers() == (0, 0, 36_000)
    assert (SetAside.objects.get().why, RunCorrection.objects.count()) == ("usage.no_line", 1)


def test_a_run_told_under_another_account_is_charged_to_its_award_instead(award, run, now):
    other = active_award(now, hours=10, lead="other@pier.example")
    accounts = ACCOUNTS | {other.code.lower(): other.code}
    receive([run], now)
    told = replace(run, account=other.code.lower())
    done = [
        receive_runs(cluster_code=CODE, runs=[told], awards=accounts, now=now) for _ in range(2)
    ]

    assert [(one.corrected, one.repeated) for one in done] == [(1, 0), (0, 1)]
    used = four_numbers(["PIR-0001", other.code])
    assert [used[code][0].settled for code in ("PIR-0001", other.code)] == [0, 7200]
    assert book_against_meters(Programme.objects.get()) == {}


def test_what_people_took_back_before_is_left_to_them(award, run, now):
    receive([run], now)
    reverse_by_hand(Entry.objects.get(kind="charge").number, now)
    receive([replace(run, key="harbour:8:1")], now)

    done = receive([replace(run, held_s=60)], now)
    assert (done.corrected, done.uncorrected) == (0, {f"{CODE}:{run.key}": "book.already_reversed"})
    assert (numbers(), RunCorrection.objects.count()) == ((7200, 0, 28_800), 0)


def test_an_entry_with_a_run_put_right_is_not_reversed_too(award, run, now):
    receive([run, replace(run, key="harbour:8:1")], now)
    batch = Entry.objects.get(kind="charge")
    receive([replace(run, held_s=1800)], now)
    receive([replace(run, key="harbour:9:1", held_s=7200)], now)

    with pytest.raises(CannotReverse) as refused:
        reverse_by_hand(batch.number, now)
    assert (refused.value.commodity, refused.value.short) == ("HKD", 42_00)
    anew = Entry.objects.get(kind="charge", key__contains="~1")
    reverse_by_hand(anew.number, now)
    assert numbers() == (7200 + 14_400, 0, 14_400)


@pytest.mark.parametrize(
    ("refunds", "end", "used_s"),
    [
        (["preempted"], RunEnd.NODE_FAILED, 7200),
        ([], RunEnd.NODE_FAILED, 7200),
        (["node-failed"], RunEnd.NODE_FAILED, 0),
        (["node-failed", "not-launched"], RunEnd.CANCELLED_BY_ANOTHER, 7200),
        (["cancelled-by-another"], RunEnd.CANCELLED_BY_ANOTHER, 0),
        (["cancelled-by-another"], RunEnd.CANCELLED, 7200),
    ],
)
@pytest.mark.django_db
def test_what_is_given_back_is_the_programme_s_rule(now, run, refunds, end, used_s):
    make_site(now, life={"refunds": refunds})
    active_award(now, hours=10)
    receive([replace(run, end=end)], now)
    assert receive([replace(run, end=end)], now).repeated == 1
    assert numbers() == (used_s, 0, 36_000 - used_s)


def test_every_end_that_may_be_given_back_is_one_that_clusters_tell():
    assert {RunEnd(end) for end in get_args(RefundedEnd)} > {RunEnd(end) for end in CENTRE_FAULTS}
