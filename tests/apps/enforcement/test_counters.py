"""A counter that a cluster lost gives nobody anything, and is nobody's change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.apps.enforcement.conftest import CODE

from praya.apps.enforcement.commands import follow_cluster
from praya.apps.enforcement.counters import as_counted, counters_after
from praya.apps.enforcement.models import Drift, Link
from praya.apps.usage.models import ClusterUse
from praya.core.execution.counters import limit_of
from praya.core.execution.limits import ALL_MODELS, Account, Observed, Wanted

H800 = "h800"
WANTED = Wanted(
    account="aw-7",
    programme="prog",
    members=frozenset(),
    left_s={H800: 450_000},
    charged_s={H800: 150_000},
)


def looked(kept, *, counted_s, charged_s=150_000, running_s=0, at=100, read_until=50, typed_s=None):
    """What is kept after a look at a counter."""
    account = Account(
        name="aw-7",
        parent="prog",
        counted_s={ALL_MODELS: counted_s, H800: counted_s if typed_s is None else typed_s},
        running_s={ALL_MODELS: running_s, H800: running_s},
    )
    observed = Observed({"aw-7": account}, frozenset(), frozenset(), 60, at)
    [wanted] = as_counted(kept, [replace(WANTED, charged_s={H800: charged_s})])
    return counters_after(kept, [wanted], observed, read_until=read_until)


def lost(kept):
    """What is taken off, or that nothing may begin."""
    [wanted] = as_counted(kept, [WANTED])
    return None if wanted.is_lost else wanted.lost_s.get(ALL_MODELS, 0)


@pytest.mark.parametrize(
    ("counted_s", "running_s", "lost_s"),
    [
        (1_200, 1_200, 150_000),  # all it shows is of a job that runs
        (30_000, 1_200, 121_200),  # a job ended since; it was not charged when this was seen
        (600, 1_200, 150_600),  # it lags, or what runs was counted before as well
    ],
)
def test_what_was_lost_is_found_once_all_is_charged_that_had_ended(counted_s, running_s, lost_s):
    seen = {"counted_s": counted_s, "running_s": running_s}
    kept = looked({}, **seen)
    assert lost(kept) is None, "a job that ended and is not charged is still in what is left"
    assert looked(kept, **seen, at=105, read_until=109) == kept

    found = looked(kept, **seen, at=112, read_until=110)
    assert (lost(found), found["aw-7"]["look"]) == (lost_s, None)
    assert looked(found, counted_s=0, charged_s=lost_s, at=999, read_until=990) == found


def test_what_was_charged_meanwhile_makes_it_too_much_until_it_is_looked_at_again():
    kept = looked({}, counted_s=28_800)
    kept = looked(kept, counted_s=28_800, charged_s=178_800, at=112, read_until=110)
    assert lost(kept) == 150_000, "the job that had ended by the first look"
    kept = looked(kept, counted_s=30_000, charged_s=190_000, at=130, read_until=125)
    assert lost(kept) == 150_000, "another ended since, so the least holds"
    kept = looked(kept, counted_s=40_000, charged_s=190_000, at=150, read_until=145)
    assert (lost(kept), kept["aw-7"]["look"]) == (150_000, None)


def test_a_kind_that_jobs_without_a_kind_used_is_not_given_out_once_more():
    """Such jobs are charged as the kind's, and its counter does not show them."""
    kept = looked({}, counted_s=150_000, typed_s=30_000)
    [wanted] = as_counted(kept, [WANTED])
    assert (wanted.is_lost, wanted.lost_s) == (False, {}), "the counter of all is sound"
    kept = looked(kept, counted_s=150_000, typed_s=30_000, at=112, read_until=110)
    [wanted] = as_counted(kept, [WANTED])
    assert (wanted.is_lost, wanted.lost_s) == (False, {H800: 120_000})
    assert limit_of(wanted, H800, {H800}) == 450_000 + 30_000
    assert limit_of(wanted, ALL_MODELS, {H800}) == 600_000

    assert looked(kept, counted_s=150_000, typed_s=30_000, at=130, read_until=125) == kept
    kept = looked(kept, counted_s=160_000, charged_s=160_000, typed_s=30_000, at=150)
    kept = looked(
        kept, counted_s=160_000, charged_s=160_000, typed_s=30_000, at=170, read_until=160
    )
    assert as_counted(kept, [WANTED])[0].lost_s == {H800: 130_000}, "it grows with them"


def test_a_lost_counter_lets_nothing_begin_until_the_accounts_are_read_and_is_no_drift(
    harbour, award, now
):
    def follow(after_s):
        harbour.read_at = int(now.timestamp()) + after_s
        follow_cluster(code=CODE, now=now + timedelta(seconds=after_s))
        return harbour.limits["pir-0001"]

    def counted(seconds):
        counted_s = {ALL_MODELS: seconds, "nvidia-h800": seconds}
        account = Account(name="pir-0001", parent="pier", counted_s=counted_s)
        harbour.accounts = {"pir-0001": account}

    facts = {"cluster_code": CODE, "device_model_code": "nvidia-h800"}
    ClusterUse.objects.create(award=award, **facts, card_seconds=7_200)
    counted(7_200)
    assert follow(0) == 43_200

    counted(60)
    assert follow(400) == 0
    assert follow(402) == 0
    Link.objects.update(read_until=int(now.timestamp()) + 410)
    assert follow(412) == 36_000 + 60, "of the minute nothing is known to the book"
    looks = harbour.looks
    follow(414)
    assert (harbour.looks, Drift.objects.count()) == (looks, 0)
