"""Many submit at once against the last of an award: what Slurm lets begin stays within it."""

import random
import threading
from collections import Counter

from tests.slurm.conftest import H800, ON_SLURM, USERS, instant, until

from praya.core.execution.limits import ALL_MODELS
from praya.core.execution.waiting import Holds

pytestmark = ON_SLURM
LEFT_S = 300
ROUNDING_S = 120  # Slurm compares two sums of whole minutes, each rounded down
STORM_S = 18


def storm(award, user, seed, tried):
    """Submit ten times, some of them arrays; ask for more time for some and requeue what runs."""
    chance = random.Random(seed)
    for turn in range(10):
        cards = chance.choice([1, 1, 2, 4])
        kind = chance.choice(["gpu", "gpu:h800"])
        array = chance.choice([(), (), ("--array=1-3",)])
        job = award.submit(
            f"--gres={kind}:{cards}", "--time=1", *array, user=user, script="sleep 3; exit 1"
        )
        if turn % 3 == 0:
            try_to(award, "update", f"jobid={job}", "timelimit=2", user=user, tried=tried)
        requeue_one(award, user, tried)


def requeue_one(award, user, tried):
    """Requeue one job of the user's that runs; it may end meanwhile. Whether any ever was."""
    running = award.cluster.ask("squeue", "-h", "-t", "R", "-u", user, "-o", "%A").split()
    for each in running[:1]:
        try_to(award, "requeue", each, user=user, tried=tried)
    return tried["requeue", True] > 0


def try_to(award, trick, *words, user, tried):
    done = award.cluster.try_to("scontrol", trick, *words, user=user)
    tried[trick, done.returncode == 0] += 1


def most_at_once(runs):
    """The most that was used and could still be, at any begin of a run; exact, from the records."""
    begins = {run.began_at for run in runs}
    return max(
        sum(
            run.card_seconds if run.ended_at <= at else run.cards * run.time_limit_s
            for run in runs
            if run.began_at <= at
        )
        for at in begins
    )


def told(runs, *, since):
    """The runs by their begin, to find out what passed the bound."""
    return "\n".join(
        f"{run.key} {run.cards} cards {run.began_at - since}..{run.ended_at - since} s, "
        f"held {run.held_s} of {run.time_limit_s} s, {run.end}"
        for run in sorted(runs, key=lambda run: run.began_at)
    )


def test_nothing_begins_that_could_pass_what_is_left(award):
    award.hold(left_s={H800: LEFT_S}, members=frozenset(USERS))
    began, tried = instant(), Counter()
    # One that surely begins while nothing is used: what follows may all be too much, or too quick.
    award.submit("--gres=gpu:1", "--time=1", user=USERS[0], script="sleep 3; exit 1")
    until(lambda: requeue_one(award, USERS[0], tried), bool)
    storms = [
        threading.Thread(target=storm, args=(award, user, seed, tried))
        for seed, user in enumerate(USERS)
    ]
    for each in storms:
        each.start()
    for each in storms:
        each.join()
    until(instant, lambda now: now >= began + STORM_S)
    assert Holds.ALLOWANCE in {one.holds for one in award.slurm.alive()}
    award.cluster.end_jobs()

    def read():
        return award.slurm.usage(since=began - 60, until=instant() + 60, accounts=[award.name])

    def is_whole(usage):
        """The accounts have what the controller's own counter has, in its whole minutes."""
        used_s = sum(run.card_seconds for run in usage.ended)
        return not usage.in_flight and award.account().counted_s[ALL_MODELS] == used_s // 60 * 60

    runs = [run for run in until(read, is_whole).ended if run.held_s]
    used_s = sum(run.card_seconds for run in runs)
    assert LEFT_S // 2 < most_at_once(runs) <= LEFT_S + ROUNDING_S, told(runs, since=began)
    assert LEFT_S // 10 < used_s <= LEFT_S + ROUNDING_S
    assert sum(run.charged_s for run in runs) == used_s
    assert tried["requeue", True] > 0
    assert tried["update", True] > 0
