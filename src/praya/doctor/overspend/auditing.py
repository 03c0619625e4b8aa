"""The auditor of a trial: replays the book entry by entry, and asks of every job what became of it.

It trusts no balance: it adds up postings itself, and compares them with what the plan says of each
job and with what the workers were told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from praya.apps.books.queries import entries_in, head_of, open_holds, trial_balance, verify_book
from praya.core.ledger import EntryKind, Part, line_account, receivable_account
from praya.core.quantity import commodity_of_time
from praya.doctor.overspend.memory import Memory, Told
from praya.doctor.overspend.plan import PlannedJob
from praya.doctor.overspend.site import LINE, PROGRAMME, card_time, money

if TYPE_CHECKING:
    from praya.apps.books.models import Entry

_AT_ONCE = 1000
_AWARD = "DOC-0001"
_TIME = commodity_of_time(card_time(0).device_model)
_MONEY = money(0).currency


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: its code, and where it shows (an entry, or a job)."""

    code: str
    entry: int | None = None
    job: int | None = None
    said: str = ""


@dataclass
class Fate:
    """What the book did with one job: entries by kind, and what they took in the end."""

    kinds: Counter[EntryKind] = field(default_factory=Counter)
    used_s: int = 0
    subsidy_minor: int = 0
    own_minor: int = 0


@dataclass
class Audit:
    """What the auditor saw."""

    findings: list[Finding]
    entries: int
    admitted: int
    used_s: int
    in_flight_s_max: int
    overrun_s: int


def audit(jobs: list[PlannedJob], memory: Memory, *, granted_s: int) -> Audit:
    """Read the whole book once and answer what is wrong in it."""
    fates: dict[int, Fate] = defaultdict(Fate)
    stands: Counter[tuple[str, str]] = Counter()
    findings: list[Finding] = []
    in_flight_s_max = 0
    rows = entries_in(PROGRAMME).order_by("number")
    for entry in rows.iterator(chunk_size=_AT_ONCE):
        for posting in entry.postings.all():
            stands[posting.account, posting.commodity] += posting.amount
        in_flight_s_max = max(in_flight_s_max, stands[line_account(LINE, Part.IN_FLIGHT), _TIME])
        findings += _beyond_the_ceiling(entry, stands, granted_s)
        _note_fate(entry, fates)
    findings += _wrong_book(stands)
    for job in jobs:
        findings += _wrong_job(job, fates.get(job.number), memory)
    return Audit(
        findings=findings,
        entries=head_of(PROGRAMME).entries,
        admitted=sum(1 for fate in fates.values() if fate.kinds[EntryKind.HOLD]),
        used_s=stands[line_account(LINE, Part.USED), _TIME],
        in_flight_s_max=in_flight_s_max,
        overrun_s=stands[line_account(LINE, Part.OVERRUN), _TIME],
    )


def _beyond_the_ceiling(
    entry: Entry, stands: Counter[tuple[str, str]], granted_s: int
) -> Iterator[Finding]:
    """After an entry, what is used and in flight is never more than was granted.

    After a hold, what late usage took beyond the grant counts as well: it was known.
    """
    admitted = entry.kind == EntryKind.HOLD.value
    for commodity in (_TIME, _MONEY):
        free, in_flight, used, overrun = (
            stands[line_account(LINE, part), commodity]
            for part in (Part.FREE, Part.IN_FLIGHT, Part.USED, Part.OVERRUN)
        )
        taken = used + in_flight + (overrun if admitted else 0)
        if min(free, in_flight, used, overrun) < 0 or taken > granted_s:
            said = f"{used} + {in_flight} + {overrun} {commodity}"
            yield Finding("ceiling-passed", entry.number, said=said)


def _note_fate(entry: Entry, fates: dict[int, Fate]) -> None:
    _word, colon, number = entry.key.rpartition(":")
    if not colon or entry.subject != LINE:
        return
    fate = fates[int(number)]
    fate.kinds[EntryKind(entry.kind)] += 1
    amounts = {(one.account, one.commodity): one.amount for one in entry.postings.all()}
    for part in (Part.USED, Part.OVERRUN):
        fate.used_s += amounts.get((line_account(LINE, part), _TIME), 0)
        fate.subsidy_minor += amounts.get((line_account(LINE, part), _MONEY), 0)
    fate.own_minor += amounts.get((receivable_account(_AWARD), _MONEY), 0)


def _wrong_book(stands: Counter[tuple[str, str]]) -> Iterator[Finding]:
    for finding in verify_book(PROGRAMME)[1]:
        yield Finding("book-wrong", finding.entry, said=f"{finding.code} {finding.where}".strip())
    balances = trial_balance(PROGRAMME)
    if not balances.is_zero:
        yield Finding("not-balanced", said=str(balances.sums))
    stored = {(one.account, one.commodity): one.amount for one in balances.accounts if one.amount}
    if stored != {key: amount for key, amount in stands.items() if amount}:
        yield Finding("balances-differ")
    for hold in open_holds(LINE):
        yield Finding("hold-open", said=hold.key)


def _wrong_job(job: PlannedJob, fate: Fate | None, memory: Memory) -> Iterable[Finding]:
    """One job: what was told is so, and what was admitted was charged once, exactly."""
    knows = memory.knows
    kinds = fate.kinds if fate else Counter()
    ended = kinds[EntryKind.SETTLE] + kinds[EntryKind.RELEASE]
    charged = kinds[EntryKind.SETTLE] + kinds[EntryKind.CHARGE]
    took = (fate.used_s, fate.subsidy_minor, fate.own_minor) if fate else (0, 0, 0)
    is_held = bool(kinds[EntryKind.HOLD])
    used_s = job.used_s if is_held else 0
    wrong = {
        "not-answered": not memory.is_answered(job.number),
        "admitted-and-lost": knows(Told.ADMITTED, job.number) and not is_held,
        "refused-and-held": knows(Told.REFUSED, job.number) and is_held,
        "held-twice": kinds[EntryKind.HOLD] > 1,
        "not-ended-once": ended != is_held,
        "charged-twice": charged > 1,
        "not-charged": charged < bool(used_s),
        "charged-otherwise": took != (used_s, used_s, used_s // 3),
    }
    return [Finding(code, job=job.number) for code, is_so in wrong.items() if is_so]
