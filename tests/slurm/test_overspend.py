"""Many submit at once against the last of an award: what Slurm lets begin stays within it."""

import random
import threading

from tests.slurm.conftest import H800, ON_SLURM, USERS, instant

from praya.core.execution.waiting import Holds

pytestmark = ON_SLURM
LEFT_S = 600
ROUNDING_S = 120  # Slurm compares two sums of whole minutes, each rounded down


def storm(award, user, seed):
    """Submit ten times, some of them arrays; requeue some and ask for more time for others."""
    chance = random.Random(seed)
    for _ in range(10):
        cards = chance.choice([1, 1, 2, 4])
        kind = chance.choice(["gpu", "gpu:h800"])
        array = chance.choice([(), (), ("--array=1-3",)])
        job = award.submit(
            f"--gres={kind}:{cards}", "--time=1", *array, user=user, script="sleep 20; exit 1"
        )
        trick = chance.choice(["", ("requeue", job), ("update", f"jobid={job}", "timelimit=60")])
        if trick:
            award.cluster.try_to("scontrol", *trick, user=user)


def test_nothing_begins_that_could_pass_what_is_left(award):
    award.hold(left_s={H800: LEFT_S}, members=frozenset(USERS))
    began = instant()

    def read():
        now = instant()
        return award.slurm.usage(since=began - 60, until=now + 60, accounts=[award.name])

    storms = [
        threading.Thread(target=storm, args=(award, user, seed)) for seed, user in enumerate(USERS)
    ]
    for each in storms:
        each.start()
    worst = []
    while instant() < began + 25:
        usage = read()
        could = sum(run.cards * run.time_limit_s for run in usage.in_flight)
        worst.append(could + sum(run.charged_s for run in usage.ended))
    for each in storms:
        each.join()

    assert max(worst) <= LEFT_S + ROUNDING_S
    assert max(worst) > LEFT_S // 2, "it was really asked for"
    assert Holds.ALLOWANCE in {one.holds for one in award.slurm.alive()}
