"""What was voted for each year of a programme, and what became of it.

What a year *left* is what came into its pool in it, less what was committed out of it: money that
came back from awards counts for the year in which it came back. It lapses after the year's last
day, as far as the pool still has it; what was committed since is paid by what came in since, first.

What is decided or offered is promised, and counts as committed on the day of its decision, whenever
it is signed: so a year's end takes nothing that a lead may still accept. If the offer lapses, what
it held is left of that year after all, and lapses too.

Worked example. 100 was voted and funded for 2026, of which 70 was committed, and 5 came back in
December. The year left 35. By the second of January 50 is funded for 2027 and 15 committed: 70 is
in the pool, of which 35 lapses. Had nothing been funded yet, 20 would be there, and lapse; 15 once
the 50 is there. If 10 had been offered on 20 December, 25 lapses on 1 January: once the lead signs,
nothing more does, and if the offer lapses, the 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from praya.apps.awards.models import Award
from praya.apps.awards.queries import committed_from, held_decisions, held_in
from praya.apps.awards.rules import AwardState
from praya.apps.billing.models import YearWaiver
from praya.apps.books.models import Balance, Entry, Posting
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.apps.usage.models import UsageDay
from praya.core.ledger import EntryKind, pool_account, vote_account
from praya.core.metering import instant_of
from praya.core.programme.document import ProgrammeRules, Vote
from praya.core.quantity import Money
from praya.core.refusal import NotFound

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearStanding:
    """A year of one purpose; ``left`` would lapse, ``lapsed`` has. ``spent`` is by days of use.

    ``promised`` was decided or offered in it, and is not answered yet.
    """

    purpose: str
    vote: Vote
    voted: Money
    funded: Money
    committed: Money
    spent: Money
    left: Money
    lapsed: Money | None
    is_over: bool
    promised: Money
    times: int
    is_turned_round: bool
    waiver: YearWaiver | None

    @property
    def key(self) -> str:
        """The name of the year: the key of the first entry by which its rest lapses."""
        return key_of(self.purpose, self.vote)

    @property
    def next_key(self) -> str:
        """The key of the next such entry: what was promised may lapse later than the rest."""
        return f"{self.key}:{self.times + 1}" if self.times else self.key

    @property
    def is_due(self) -> bool:
        """Whether something of it lapses now."""
        may = self.vote.lapses and not self.is_turned_round and self.waiver is None
        return self.is_over and may and bool(self.left)

    @property
    def lapses_on(self) -> date:
        """The day on which what is left is lost."""
        return self.vote.last + ONE_DAY


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised out of a year and not signed, and what the day of a promise moves.

    ``shift`` is added to what moved in the year, ``shift_since`` to what moved after it, so that
    each award counts when it was decided, and not when it was signed.
    """

    open_in_year: int = 0
    open_in_all: int = 0
    shift: int = 0
    shift_since: int = 0


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What of a year has lapsed, in how many entries, and whether one of them was turned round."""

    minor: int = 0
    times: int = 0
    is_turned_round: bool = False


def key_of(purpose: str, vote: Vote) -> str:
    """The key of the entry by which the rest of a year lapses."""
    return f"lapse:{purpose}:{vote.first}"


def years_in(programme_code: str, now: datetime) -> list[YearStanding]:
    """The years of a programme as the rules in force have them, in their order.

    Raises:
        NotFound: there is no such programme.

    """
    programme = programme_of(programme_code)
    rules = rules_of(version_in_force(programme_code, today_in(programme, now)))
    return years_of(programme, rules, now)


def years_of(programme: Programme, rules: ProgrammeRules, now: datetime) -> list[YearStanding]:
    """The years under given rules. Seven queries, and none without years."""
    votes = rules.envelope.years
    if not votes:
        return []
    purposes = [vote.purpose or rules.envelope.paying for vote in votes]
    zone, today = ZoneInfo(programme.time_zone), today_in(programme, now)
    moved = _moved(programme, votes, purposes, zone)
    free = _free(programme, purposes)
    awards = [committed_from(purpose, rules, at="line__award__") for purpose in purposes]
    spent = _spent(programme, votes, awards)
    lapsed = _lapsed(programme, [key_of(*pair) for pair in zip(purposes, votes, strict=True)])
    promises = _promises(programme, rules, votes, purposes, zone)
    waivers = {
        (one.purpose, one.first_on): one
        for one in YearWaiver.objects.filter(programme=programme, withdrawn_at=None)
    }

    def money(minor: int | None) -> Money:
        return Money(minor or 0, programme.currency)

    found = []
    for index, (vote, purpose) in enumerate(zip(votes, purposes, strict=True)):
        net, funded = moved[f"net_{index}"] or 0, -(moved[f"vote_{index}"] or 0)
        since = moved[f"since_{index}"] or 0
        promise = promises[index]
        gone = lapsed.get(key_of(purpose, vote), Lapsed())
        of_year = net + promise.shift - gone.minor
        there = free.get(purpose, 0) - promise.open_in_all - max(since + promise.shift_since, 0)
        is_begun = vote.first <= today and not gone.is_turned_round
        found.append(
            YearStanding(
                purpose=purpose,
                vote=vote,
                voted=rules.money(vote.voted),
                funded=money(funded),
                committed=money(funded - net),
                spent=money(spent[f"year_{index}"]),
                left=money(max(min(of_year, there), 0) if is_begun else 0),
                lapsed=money(gone.minor) if gone.times else None,
                is_over=vote.last < today,
                promised=money(promise.open_in_year),
                times=gone.times,
                is_turned_round=gone.is_turned_round,
                waiver=waivers.get((purpose, vote.first)),
            )
        )
    return found


def _moved(
    programme: Programme, votes: list[Vote], purposes: list[str], zone: ZoneInfo
) -> dict[str, Any]:
    """What moved on pools and their votes in each year, but for what lapsed; one query."""
    sums = {}
    for index, (vote, purpose) in enumerate(zip(votes, purposes, strict=True)):
        begins, over = instant_of(vote.first, zone), instant_of(vote.last + ONE_DAY, zone)
        within = Q(entry__at__gte=begins, entry__at__lt=over)
        pool, voted = Q(account=pool_account(purpose)), Q(account=vote_account(purpose))
        sums[f"net_{index}"] = Sum("amount", filter=pool & within)
        sums[f"vote_{index}"] = Sum("amount", filter=voted & within)
        sums[f"since_{index}"] = Sum("amount", filter=pool & Q(entry__at__gte=over))
    accounts = [
        named(purpose) for purpose in set(purposes) for named in (pool_account, vote_account)
    ]
    return (
        _postings(programme, accounts).exclude(entry__kind=EntryKind.LAPSE.value).aggregate(**sums)
    )


def _free(programme: Programme, purposes: list[str]) -> dict[str, int]:
    rows = Balance.objects.filter(
        programme_code=programme.code,
        account__in=[pool_account(purpose) for purpose in purposes],
        commodity=programme.currency,
    )
    return {
        account.partition("/")[2]: left for account, left in rows.values_list("account", "amount")
    }


def _spent(programme: Programme, votes: list[Vote], awards: list[Q]) -> dict[str, Any]:
    """The subsidy of the use of each year's days by its awards, whenever it was charged."""
    days = UsageDay.objects.filter(line__award__programme=programme).order_by()
    spans = [Q(day__gte=vote.first, day__lte=vote.last) for vote in votes]
    return days.aggregate(
        **{
            f"year_{index}": Sum("subsidy_minor", filter=span & of_purpose)
            for index, (span, of_purpose) in enumerate(zip(spans, awards, strict=True))
        }
    )


def _lapsed(programme: Programme, keys: list[str]) -> dict[str, Lapsed]:
    """What lapsed, by the key of its year; nought where an entry was turned round."""
    entries = Entry.objects.filter(programme_code=programme.code, kind=EntryKind.LAPSE.value)
    turned = Exists(
        Entry.objects.filter(programme_code=programme.code, reverses=OuterRef("number"))
    )
    made = entries.annotate(is_turned=turned).values_list("key", "number", "is_turned")
    amounts = dict(
        Posting.objects.filter(entry__in=entries, amount__gt=0).values_list(
            "entry__number", "amount"
        )
    )
    found = {}
    for key in keys:
        of_year = [one for one in made if one[0] == key or one[0].startswith(f"{key}:")]
        if of_year:
            found[key] = Lapsed(
                minor=sum(amounts[number] for _, number, is_turned in of_year if not is_turned),
                times=len(of_year),
                is_turned_round=any(is_turned for *_, is_turned in of_year),
            )
    return found


def _promises(
    programme: Programme,
    rules: ProgrammeRules,
    votes: list[Vote],
    purposes: list[str],
    zone: ZoneInfo,
) -> list[Promise]:
    """What each year's purpose promised in it, by the days of decisions. Two queries."""
    decided = [(one.decided_at, one.subsidy.minor) for one in held_decisions(held_in(programme.pk))]
    spans = [
        (instant_of(vote.first, zone), instant_of(vote.last + ONE_DAY, zone)) for vote in votes
    ]
    wanted: dict[str, Q] = {}
    for index, (begins, over) in enumerate(spans):
        of_purpose = committed_from(purposes[index], rules)
        offered = of_purpose & Q(state=AwardState.OFFERED.value)
        signed = of_purpose & Q(accepted_at__isnull=False)
        decided_in = Q(decision__decided_at__gte=begins, decision__decided_at__lt=over)
        decided_since = Q(decision__decided_at__gte=over)
        wanted |= {
            f"open_in_all_{index}": offered,
            f"open_{index}": offered & decided_in,
            f"open_since_{index}": offered & decided_since,
            f"signed_{index}": signed & Q(accepted_at__gte=begins, accepted_at__lt=over),
            f"signed_since_{index}": signed & Q(accepted_at__gte=over),
            f"decided_{index}": signed & decided_in,
            f"decided_since_{index}": signed & decided_since,
        }
    awards = Award.objects.filter(programme=programme).order_by()
    found = awards.aggregate(
        **{name: Sum("decision__subsidy_minor", filter=where) for name, where in wanted.items()}
    )
    sums = {name: minor or 0 for name, minor in found.items()}
    promises = []
    for index, (begins, over) in enumerate(spans):
        held = decided if purposes[index] == rules.envelope.paying else []
        held_in_year = sum(minor for at, minor in held if begins <= at < over)
        held_since = sum(minor for at, minor in held if over <= at)
        open_in_year = sums[f"open_{index}"] + held_in_year
        open_since = sums[f"open_since_{index}"] + held_since
        moved = sums[f"signed_{index}"] - sums[f"decided_{index}"]
        moved_since = sums[f"signed_since_{index}"] - sums[f"decided_since_{index}"]
        promises.append(
            Promise(
                open_in_year=open_in_year,
                open_in_all=sums[f"open_in_all_{index}"] + sum(minor for _, minor in held),
                shift=moved - open_in_year,
                shift_since=moved_since - open_since,
            )
        )
    return promises


def _postings(programme: Programme, accounts: list[str]) -> QuerySet[Posting]:
    return Posting.objects.filter(
        entry__programme_code=programme.code,
        account__in=accounts,
        commodity=programme.currency,
    ).order_by()


def year_in(programme_code: str, purpose: str, first_on: date, now: datetime) -> YearStanding:
    """A year of a purpose, by its first day.

    Raises:
        NotFound: there is no such programme or year.

    """
    for year in years_in(programme_code, now):
        if (year.purpose, year.vote.first) == (purpose, first_on):
            return year
    raise NotFound(kind="year", key=f"{programme_code}:{purpose}:{first_on}")
