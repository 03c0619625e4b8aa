"""EASY backfill on any state: against its rule in words, and for what it must never do."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from praya.core.scheduling.decision import Start, WaitReason
from praya.core.scheduling.policy import POLICIES, easy
from praya.core.scheduling.snapshot import Lease, Partition, Running, Snapshot, Waiting

NOW = 1000


@st.composite
def snapshots(draw, *, leases=False):
    installed = draw(st.integers(1, 8))
    in_service = draw(st.sets(st.integers(0, installed - 1), min_size=1))
    partition = Partition("p", "m", tuple(sorted(in_service)), installed)
    if leases:
        begins_at = draw(st.integers(NOW - 50, NOW + 50))
        lease = Lease("L", draw(st.integers(1, installed)), begins_at, begins_at + 100)
        partition = replace(partition, leases=(lease,))
    free = draw(st.permutations(range(installed)))
    running = []
    for number in range(draw(st.integers(0, 3))):
        cards = draw(st.integers(1, 3))
        slots, free = tuple(free[:cards]), free[cards:]
        ends_at = NOW + draw(st.integers(-5, 80))
        if slots:
            running.append(Running(f"r{number}", "R", "p", slots, ends_at))
    waiting = [
        Waiting(
            job=f"w{number}",
            award=draw(st.sampled_from("AB")),
            partition="p",
            cards=draw(st.integers(1, 8)),
            limit_s=draw(st.integers(1, 120)),
            lease="L" if leases and draw(st.booleans()) else None,
            award_cards_max=draw(st.none() | st.integers(1, 6)),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    return Snapshot(NOW, (partition,), tuple(running), tuple(waiting))


def started(snapshot, decisions):
    """The snapshot after the decisions, as the machines will show it."""
    jobs = {job.job: job for job in snapshot.waiting}
    starts = [decision for decision in decisions if isinstance(decision, Start)]
    now_running = tuple(
        Running(job.job, job.award, job.partition, start.slots, NOW + job.limit_s, job.lease)
        for start in starts
        for job in [jobs.pop(start.job)]
    )
    return replace(snapshot, running=snapshot.running + now_running, waiting=tuple(jobs.values()))


def in_words(snapshot):
    """The jobs that start by the three steps as they are written, second by second."""
    (partition,) = snapshot.partitions
    total = len(partition.slots)
    ends = [
        (max(job.ends_at, NOW + 1), len(set(job.slots) & set(partition.slots)))
        for job in snapshot.running
    ]
    in_use = dict.fromkeys("ABR", 0)
    starts, shadow, extra = [], None, None
    for job in snapshot.waiting:
        free = total - sum(cards for _, cards in ends)
        over_cap = in_use[job.award] + job.cards > (job.award_cards_max or 99)
        if job.cards > total or over_cap:
            continue
        fits = job.cards <= free
        ends_by_shadow = shadow is not None and NOW + job.limit_s <= shadow
        if fits and (shadow is None or ends_by_shadow or job.cards <= extra):
            if shadow is not None and not ends_by_shadow:
                extra -= job.cards
            starts.append(job.job)
            in_use[job.award] += job.cards
            ends.append((NOW + job.limit_s, job.cards))
        elif shadow is None:
            shadow, at_shadow = next(
                (at, free_then)
                for at in range(NOW + 1, NOW + 500)
                for free_then in [total - sum(cards for end, cards in ends if end > at)]
                if free_then >= job.cards
            )
            extra = at_shadow - job.cards
    return starts


@given(snapshots())
def test_easy_starts_what_its_rule_in_words_starts(snapshot):
    decisions = easy(snapshot)

    assert [answer.job for answer in decisions if isinstance(answer, Start)] == in_words(snapshot)


@given(snapshots(leases=True), st.sampled_from(sorted(POLICIES)))
def test_no_slot_is_given_twice_or_out_of_service(snapshot, policy):
    decisions = POLICIES[policy](snapshot)

    after = started(snapshot, decisions)
    after.validate()
    jobs = {job.job: job for job in snapshot.waiting}
    (partition,) = snapshot.partitions
    for decision in decisions:
        if isinstance(decision, Start):
            assert len(decision.slots) == jobs[decision.job].cards
            assert set(decision.slots) <= set(partition.slots)
    assert [decision.job for decision in decisions] == [job.job for job in snapshot.waiting]


@given(snapshots(leases=True), st.sampled_from(sorted(POLICIES)))
def test_leased_cards_stay_free_of_others_while_the_lease_lasts(snapshot, policy):
    (partition,) = snapshot.partitions
    (lease,) = partition.leases
    before = {job.job for job in snapshot.running}

    after = started(snapshot, POLICIES[policy](snapshot))

    new = [job for job in after.running if job.job not in before]
    for second in range(NOW, NOW + 130):
        if not lease.begins_at <= second < lease.ends_at:
            continue
        others = sum(len(job.slots) for job in new if not job.lease and job.ends_at > second)
        assert others <= max(len(partition.slots) - lease.cards, 0)
    assert sum(len(job.slots) for job in new if job.lease) <= lease.cards


@given(snapshots(leases=True))
def test_backfill_never_delays_the_head(snapshot):
    decisions = easy(snapshot)
    heads = [answer for answer in decisions if getattr(answer, "facts", {}).get("ahead") == 0]

    again = {answer.job: answer for answer in easy(started(snapshot, decisions))}

    for head in heads:
        later = again[head.job]
        if later.reason is WaitReason.AWARD_CAP:
            continue  # its own award's job has begun on a lease, which no head waits for
        if "expected_at" in head.facts:
            assert later.facts["expected_at"] <= head.facts["expected_at"]


@given(snapshots(leases=True), st.sampled_from(sorted(POLICIES)))
def test_the_same_state_gives_the_same_answer(snapshot, policy):
    shuffled = replace(
        snapshot,
        running=tuple(reversed(snapshot.running)),
        partitions=tuple(
            replace(one, slots=tuple(reversed(one.slots))) for one in snapshot.partitions
        ),
    )

    assert POLICIES[policy](snapshot) == POLICIES[policy](shuffled)
