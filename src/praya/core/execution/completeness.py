"""What a cluster has summed over a span beside what was charged, and each difference explained.

A small glossary. The cluster's *sums* are its own rollup, by account and device model, filled hour
by hour. What it *tells* are its records, run by run. What was *charged* are the book's. A *reason*
says why sums and charges differ, by how many card-seconds, and by which run.

The reasons of a row add up to its difference, always: what no run explains stands among them as
unexplained. Worked example. The sums have 7,200 card-seconds, 3,600 were charged. A run that goes
on has used 3,000 in the span, one that a node failed 500: running 3,000, refunded 500, unexplained
100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from praya.core.execution.accounting import InFlight, Usage, Used

EDGE_S = 1  # a run's begin and end are whole seconds, cut off: each may be wrong by one

Cell = tuple[str, str]  # account, device model


class ReasonKind(StrEnum):
    """Why the cluster's sums and the charges differ."""

    RUNNING = "running"  # it is charged at its end
    RUNAWAY = "runaway"  # the accounts have it as running, and the controller knows nothing of it
    REFUNDED = "refunded"  # given back by the programme's rules: it is not charged
    SET_ASIDE = "set-aside"  # nothing to charge it to
    BEFORE = "before"  # it ended before awards were held on the cluster
    BEYOND_LIMIT = "beyond-limit"  # held after its time limit, which is not charged
    MEASURED = "measured"  # a job of Praya's own, whose begin and end Praya measured itself
    SUSPENDED = "suspended"  # it was suspended, and nobody says on which side of midnight
    ROUNDING = "rounding"  # seconds cut off
    CHANGED = "changed"  # charged, told otherwise now, and not put right
    MISSING = "missing"  # the cluster tells of it, and it is neither charged nor set aside
    GONE = "gone"  # charged, and the cluster knows of it no more
    UNEXPLAINED = "unexplained"  # no run explains it

    @property
    def needs_a_look(self) -> bool:
        """Whether a person has to find out what happened."""
        return self in _TO_LOOK_AT


_TO_LOOK_AT = frozenset(
    {
        ReasonKind.RUNAWAY,
        ReasonKind.CHANGED,
        ReasonKind.MISSING,
        ReasonKind.GONE,
        ReasonKind.UNEXPLAINED,
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant to another, which is not in it any more."""

    since: int
    until: int

    def share(self, began: int, ended: int, cards: int, card_seconds: int) -> int:
        """What of a use falls into the span, if it was used from its begin on without a break."""
        earlier = cards * max(0, min(ended, self.since) - began)
        within = cards * max(0, min(ended, self.until) - max(began, self.since))
        share = min(within, max(0, card_seconds - earlier))
        if self.since <= ended < self.until:
            share = max(0, card_seconds - earlier)  # what was cut off at the end is used there
        return share


@dataclass(frozen=True, slots=True)
class ChargedRun:
    """What a run is charged for now. ``key`` is the run's, as the cluster tells it."""

    key: str
    account: str
    job_id: str
    member: str
    device_model: str
    cards: int
    began_at: int
    ended_at: int
    card_seconds: int
    is_measured_here: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a difference; positive where the cluster has more. Without a job, of no one run."""

    kind: ReasonKind
    card_seconds: int
    job_id: str = ""
    member: str = ""
    key: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One account and device model: the cluster's sum, what was charged, and why they differ."""

    account: str
    device_model: str
    summed_s: int
    charged_s: int
    reasons: tuple[Reason, ...]

    @property
    def is_silence(self) -> bool:
        """Whether records were not told, rather than gone: the sums have what they lack."""
        gone = any(one.kind is ReasonKind.GONE for one in self.reasons)
        summed = any(
            one.kind is ReasonKind.UNEXPLAINED and one.card_seconds > 0 for one in self.reasons
        )
        return gone and summed


@dataclass(frozen=True, slots=True)
class Told:
    """A run that the cluster tells of, over or not, as far as it counts here."""

    key: str
    account: str
    job_id: str
    member: str
    device_model: str
    cards: int
    began_at: int
    ended_at: int
    card_seconds: int
    charged_s: int
    is_over: bool

    @property
    def suspended_s(self) -> int:
        """Card-seconds between begin and end in which the cards were not its own."""
        return max(0, self.cards * (self.ended_at - self.began_at) - self.card_seconds)


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of single runs. ``charged`` and ``aside`` are by the run's key.

    ``aside`` says why nothing is charged, and whether it is given back. Runs that ended before
    ``held_since``, which is by account, are nobody's business here.
    """

    told: Sequence[Told]
    charged: Mapping[str, ChargedRun]
    aside: Mapping[str, tuple[str, bool]]
    held_since: Mapping[str, int]

    def charged_for(self, run: Told) -> ChargedRun | None:
        """What is charged for a run under its account and device model."""
        found = self.charged.get(run.key)
        if found and (found.account, found.device_model) == (run.account, run.device_model):
            return found
        return None


def told_runs(usage: Usage, *, now: int) -> list[Told]:
    """Every run of a read that held cards."""
    over = [_told(run, run.began_at, run.ended_at) for run in usage.ended if run.card_seconds]
    return over + [_told(run, run.began_at, now) for run in usage.in_flight if run.cards]


def _told(run: Used | InFlight, began: int | None, ended: int) -> Told:
    held = run.cards * run.held_s
    return Told(
        key=run.key,
        account=run.account,
        job_id=run.job_id,
        member=run.member,
        device_model=run.device_model,
        cards=run.cards,
        began_at=ended if began is None else min(began, ended),
        ended_at=ended,
        card_seconds=held,
        charged_s=run.charged_s if isinstance(run, Used) else held,
        is_over=isinstance(run, Used),
    )


def compare(span: Span, sums: Mapping[Cell, int], records: Records) -> list[Compared]:
    """Every account and model that the cluster has summed or Praya has charged, in order.

    ``sums`` may hold cards of no model, which jobs asked for without saying which.
    """
    by_cell: dict[Cell, list[Reason]] = defaultdict(list)
    told_s: dict[Cell, int] = defaultdict(int)
    charged_s: dict[Cell, int] = defaultdict(int)
    seen: dict[Cell, list[Told]] = defaultdict(list)
    for run in records.told:
        cell = run.account, run.device_model
        share = span.share(run.began_at, run.ended_at, run.cards, run.card_seconds)
        told_s[cell] += share
        seen[cell].append(run)
        by_cell[cell] += _reasons_of(span, run, share, records)
    keys = {(run.key, run.account, run.device_model) for run in records.told}
    for one in records.charged.values():
        cell = one.account, one.device_model
        share = _charged_in(span, one)
        charged_s[cell] += share
        if share and (one.key, *cell) not in keys:
            by_cell[cell].append(_reason(ReasonKind.GONE, -share, one))
    summed_s = by_model(sums, told_s)
    rows = []
    for cell in sorted(summed_s.keys() | charged_s.keys() | told_s.keys()):
        left = summed_s.get(cell, 0) - told_s[cell]
        reasons = [*by_cell[cell], *_of_no_record(span, left, seen[cell])]
        row = Compared(*cell, summed_s.get(cell, 0), charged_s[cell], tuple(reasons))
        assert row.summed_s - row.charged_s == sum(one.card_seconds for one in reasons), row
        if row.summed_s or row.charged_s or reasons:
            rows.append(row)
    return rows


def by_model(sums: Mapping[Cell, int], told_s: Mapping[Cell, int]) -> dict[Cell, int]:
    """The sums by device model, where a job may have asked for cards without saying which.

    The sum under no model is that of all cards. What it has beyond the models' own goes to models
    of which the records tell more than was summed; what then is left stays under no model.
    """
    found = {cell: seconds for cell, seconds in sums.items() if cell[1]}
    for (account, model), every in sums.items():
        if model:
            continue
        named = sum(seconds for (whose, _), seconds in found.items() if whose == account)
        left = every - named
        for cell in sorted(cell for cell in told_s if cell[0] == account):
            more = min(left, told_s[cell] - found.get(cell, 0))
            if more > 0:
                found[cell] = found.get(cell, 0) + more
                left -= more
        if left:
            found[account, ""] = left
    return found


def _reasons_of(span: Span, run: Told, share: int, records: Records) -> Iterator[Reason]:
    """Why a run that the cluster tells of counts otherwise in the book."""
    charged, aside = records.charged_for(run), records.aside.get(run.key)
    if charged is not None:
        differs = share - _charged_in(span, charged)
        if differs:
            yield _reason(_kind_of_change(run, charged), differs, run)
    elif not share:
        return
    elif not run.is_over:
        kind = ReasonKind.RUNNING if aside is None else ReasonKind.RUNAWAY
        yield _reason(kind, share, run)
    elif aside is not None:
        why, is_refund = aside
        kind = ReasonKind.REFUNDED if is_refund else ReasonKind.SET_ASIDE
        yield _reason(kind, share, run, why=why)
    elif run.ended_at < records.held_since.get(run.account, 0):
        yield _reason(ReasonKind.BEFORE, share, run)
    else:
        yield _reason(ReasonKind.MISSING, share, run)


def _kind_of_change(run: Told, charged: ChargedRun) -> ReasonKind:
    if charged.is_measured_here:
        return ReasonKind.MEASURED
    if run.is_over and run.charged_s == charged.card_seconds:
        return ReasonKind.BEYOND_LIMIT
    return ReasonKind.CHANGED


def _charged_in(span: Span, one: ChargedRun) -> int:
    return span.share(one.began_at, one.ended_at, one.cards, one.card_seconds)


def _of_no_record(span: Span, left: int, runs: Iterable[Told]) -> Iterator[Reason]:
    """What sums and records differ by: seconds cut off, time suspended, or nobody knows."""
    if not left:
        return
    runs = list(runs)
    crossing = [
        run
        for run in runs
        if run.suspended_s and not span.since <= run.began_at <= run.ended_at <= span.until
    ]
    rounding = sum(2 * EDGE_S * run.cards for run in runs)
    slack = sum(run.suspended_s for run in crossing)
    if abs(left) <= rounding:
        yield Reason(ReasonKind.ROUNDING, left)
    elif abs(left) <= slack + rounding:
        one = crossing[0] if len(crossing) == 1 else None
        yield (
            _reason(ReasonKind.SUSPENDED, left, one) if one else Reason(ReasonKind.SUSPENDED, left)
        )
    else:
        yield Reason(ReasonKind.UNEXPLAINED, left)


def _reason(kind: ReasonKind, seconds: int, run: Told | ChargedRun, *, why: str = "") -> Reason:
    return Reason(kind, seconds, run.job_id, run.member, run.key, why)
