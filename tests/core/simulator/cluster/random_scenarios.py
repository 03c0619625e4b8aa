"""Small scenarios by chance that use everything the full model has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from praya.core.scheduling.placement import Rule
from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.simulator.cluster.jobs import jobs_of, with_after, with_wishes
from praya.core.simulator.cluster.model import (
    Award,
    Cluster,
    Lease,
    Order,
    Partition,
    Policy,
    Quality,
    Weights,
    WhenStopped,
    Window,
)
from praya.core.simulator.cluster.nodes import pool_nodes

ARRAY_MOST = {-1: 0, 7: 2, 9: 1}


def scenario(r):
    cluster = a_cluster(r)
    return cluster, some_jobs(r, cluster), a_policy(r)


def a_cluster(r):
    partitions = tuple(a_partition(r, number) for number in range(r.randint(1, 3)))
    windows, leases = [], []
    for partition in partitions:
        kind = r.choice(["open", "open", "window", "lease", "both"])
        if kind in {"window", "both"}:
            first, begin = r.randrange(partition.nodes), r.randint(0, 80)
            begin = r.choice([begin, ALWAYS])
            end = NEVER if begin > 0 and r.randint(0, 3) == 0 else max(begin, 0) + r.randint(1, 60)
            nodes = r.randint(1, partition.nodes - first)
            windows.append(Window(partition.name, first, nodes, begin, end))
        if kind in {"lease", "both"}:
            begin, cards = r.randint(0, 60), r.randint(1, partition.nodes * partition.cards)
            name, end = f"lease {len(leases)}", begin + r.randint(20, 120)
            leases.append(Lease(name, "a0", partition.name, cards, begin, end))
    qualities = (
        Quality("low", 0, 0, when_stopped=r.choice(list(WhenStopped))),
        Quality("middle", 5, 1, r.randint(0, 1) == 1, r.choice(list(WhenStopped))),
        Quality("high", 10, 2, r.randint(0, 2) > 0),
    )
    awards = tuple(an_award(r, number) for number in range(r.randint(1, 4)))
    return Cluster(partitions, awards, tuple(windows), tuple(leases), qualities, {("h",): 2})


def a_partition(r, number):
    return Partition(
        f"p{number}",
        "model",
        nodes=r.choice([1, 2, 3, 4, 40]),
        cards=r.choice([1, 2, 4, 4, 70]),
        cpus=r.choice([0, 8]),
        memory=r.choice([0, 16]),
        billing=r.randint(1, 3),
    )


def an_award(r, number):
    return Award(
        f"a{number}",
        cards_max=r.choice([None, None, 2, 4]),
        card_seconds=r.choice([None, None, 200, 1000]),
        begins_at=r.choice([None, 10]),
        ends_at=r.choice([None, None, 150]),
        shares=r.randint(1, 3),
        under=r.choice([(), ("g",), ("h",), ("h", "k")]),
    )


def some_jobs(r, cluster):
    number = r.randint(1, 25)
    wishes = [a_wish(r, cluster) for _ in range(number)]
    arrays = [r.choice([-1, -1, 7, 9]) for _ in range(number)]
    jobs, _ = jobs_of(
        submit=[r.randint(0, r.choice([5, 60])) for _ in range(number)],
        award=[r.randrange(len(cluster.awards)) for _ in range(number)],
        quality=[r.randrange(3) for _ in range(number)],
        requeues=[r.randint(0, 1) for _ in range(number)],
        array=arrays,
        array_most=[ARRAY_MOST[one] for one in arrays],
        **{name: [wish[name] for wish in wishes] for name in wishes[0]},
    )
    if r.randint(0, 1):
        more = {
            job: [a_wish(r, cluster) for _ in range(r.randint(1, 2))]
            for job in range(number)
            if r.randint(0, 2) == 0
        }
        jobs = with_wishes(jobs, more)
    if r.randint(0, 2) == 0:
        after = {
            job: sorted({r.randrange(job) for _ in range(r.randint(1, 2))})
            for job in range(1, number)
            if r.randint(0, 2) == 0
        }
        jobs = with_after(jobs, after)
    # Every lease is that of the first award, so whoever wishes for one is of that award.
    owner = np.repeat(np.arange(number), np.diff(jobs.wish_first))
    award = jobs.award.copy()
    award[owner[jobs.wishes.pool >= len(cluster.partitions)]] = 0
    return replace(jobs, award=award)


def a_wish(r, cluster):
    pool = r.randrange(len(cluster.pools))
    leases = {lease.name: lease for lease in cluster.leases}
    lease = leases.get(cluster.pools[pool])
    name = lease.partition if lease else cluster.pools[pool]
    home = next(one for one in cluster.partitions if one.name == name)
    most = lease.cards if lease else home.nodes * home.cards
    cards = r.randint(1, min(home.cards, most))
    nodes = r.choice([1, 1, 1, r.randint(1, min(home.nodes, most // cards))])
    wish = {
        "pool": pool,
        "nodes": nodes,
        "cards": cards,
        "cpus": r.choice([0, r.randint(0, home.cpus)]),
        "memory": r.choice([0, r.randint(0, home.memory)]),
        "run": r.randint(1, 55),
        "limit": r.randint(1, 50),
        "fails": r.choice([0, 0, 0, r.randint(1, 20)]),
    }
    return wish if lease is None else that_fits(wish, cluster)


def that_fits(wish, cluster):
    """The same, or as much of it as fits on the parts of nodes that a lease stands on."""
    there = [one for one in pool_nodes(cluster) if one.pool == wish["pool"]]
    largest = max(there, key=lambda one: one.cards)
    kinds = ("cards", "cpus", "memory")
    wish = wish | {kind: min(wish[kind], getattr(largest, kind)) for kind in kinds}
    room = sum(all(wish[kind] <= getattr(one, kind) for kind in kinds) for one in there)
    return wish | {"nodes": min(wish["nodes"], room)}


def a_policy(r):
    weights = Weights(
        age=r.randint(0, 100),
        fair_share=r.randint(0, 200),
        size=r.randint(0, 50),
        quality=r.randint(0, 100),
        age_s_max=100,
        half_life_s=50,
        every_s=r.choice([1, 10, 30]),
        favour_small=r.randint(0, 1) == 1,
    )
    return Policy(
        r.choice(list(Order)),
        r.choice(list(Backfill)),
        r.choice(list(Rule)),
        {1: 3, 2: 2, 4: 1},
        weights,
    )
