"""Why a figure of a year of the budget is as it is: the entries, awards or figures behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from praya.apps.awards.models import Award
from praya.apps.awards.queries import committed_from
from praya.apps.awards.rules import AwardState
from praya.apps.billing.queries import YearStanding, years_of
from praya.apps.books.access import may_read_book
from praya.apps.books.models import Entry, Posting
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode, paged
from praya.apps.reports.queries.why.entries import entry_facts, entry_grounds
from praya.apps.usage.models import UsageDay
from praya.core.actor import Actor, Role
from praya.core.ledger import EntryKind, pool_account, vote_account
from praya.core.metering import instant_of
from praya.core.programme.document import ProgrammeRules
from praya.core.refusal import NotAllowed, NotFound

OfYear = Literal["voted", "funded", "committed", "promised", "spent", "left", "lapsed"]
OF_YEAR: tuple[str, ...] = get_args(OfYear)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A year as it stands, and which of its parts to show."""

    programme: Programme
    rules: ProgrammeRules
    year: YearStanding
    window: chain.Window

    @property
    def unit(self) -> str:
        """The currency of the programme."""
        return self.programme.currency

    @property
    def facts(self) -> dict[str, Any]:
        """What tells the year apart."""
        vote = self.year.vote
        about = {"programme": self.programme.code, "purpose": self.year.purpose}
        return about | {"first_on": vote.first, "last_on": vote.last}


def why_year(  # noqa: PLR0913 -- which figure, and who asks
    programme_code: str,
    figure: str,
    actor: Actor,
    now: datetime,
    *,
    purpose: str,
    first_on: date,
    window: chain.Window | None = None,
) -> Why:
    """A figure of a year of one purpose, for readers of the book. At most thirteen queries.

    What was funded, was committed and has lapsed are entries, the latest first; what is promised
    and spent are awards, the most first; what is left is the other figures.

    Raises:
        NotFound: there is no such programme, year or figure.
        NotAllowed: the actor does not read the book.

    """
    programme = programme_of(programme_code)
    if not may_read_book(actor, programme_code):
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)
    if figure not in OF_YEAR:
        raise NotFound(kind="figure", key=figure)
    version = version_in_force(programme_code, today_in(programme, now))
    rules = rules_of(version)
    years = years_of(programme, rules, now)
    year = next(
        (one for one in years if (one.purpose, one.vote.first) == (purpose, first_on)), None
    )
    if year is None:
        raise NotFound(kind="year", key=f"{programme_code}:{purpose}:{first_on}")
    asked = _Asked(programme, rules, year, window or chain.Window())
    parts, count = _PARTS[figure](asked)
    standing = getattr(year, figure)
    amount = standing.minor if standing is not None else 0
    named = {"programme": programme_code, "number": version.number}
    grounds = (Ground(GroundKind.RULES, named),)
    facts = asked.facts | {"figure": figure}
    if not count:  # it is what the rules say, or nothing
        return Why(WhyCode.YEAR, asked.unit, amount, facts, grounds=grounds)
    return paged(
        WhyCode.YEAR,
        unit=asked.unit,
        amount=amount,
        facts=facts,
        parts=parts,
        count=count,
        window=asked.window,
        grounds=grounds,
    )


_Parts = tuple[list[Why], int]


def _voted(_asked: _Asked) -> _Parts:
    """It is what the rules say."""
    return [], 0


def _funded(asked: _Asked) -> _Parts:
    """Entries that brought money from the vote."""
    return _entries(asked, _moved(asked, vote_account(asked.year.purpose)), sign=-1)


def _committed(asked: _Asked) -> _Parts:
    """Entries that took money out of the pool, or brought it back, other than from the vote."""
    accounts = [named(asked.year.purpose) for named in (pool_account, vote_account)]
    return _entries(asked, _moved(asked, *accounts), sign=-1)


def _lapsed(asked: _Asked) -> _Parts:
    """Entries by which its rest lapsed, and were not turned round."""
    entries = Entry.objects.filter(programme_code=asked.programme.code)
    key = Q(entry__key=asked.year.key) | Q(entry__key__startswith=f"{asked.year.key}:")
    turned = Exists(entries.filter(reverses=OuterRef("entry__number")))
    rows = Posting.objects.filter(
        key, entry__programme_code=asked.programme.code, entry__kind=EntryKind.LAPSE.value
    )
    return _entries(asked, rows.filter(~turned, amount__gt=0), sign=1)


def _moved(asked: _Asked, *accounts: str) -> QuerySet[Posting]:
    """What moved on accounts in the year, but for what lapsed."""
    zone, vote = ZoneInfo(asked.programme.time_zone), asked.year.vote
    return Posting.objects.filter(
        entry__programme_code=asked.programme.code,
        account__in=accounts,
        commodity=asked.unit,
        entry__at__gte=instant_of(vote.first, zone),
        entry__at__lt=instant_of(asked.year.lapses_on, zone),
    ).exclude(entry__kind=EntryKind.LAPSE.value)


def _entries(asked: _Asked, rows: QuerySet[Posting], *, sign: int) -> _Parts:
    """What each entry moved in sum; none that moved nothing."""
    sums = rows.order_by().values_list("entry").annotate(sum=Sum("amount")).exclude(sum=0)
    page = list(sums.order_by("-entry")[asked.window.slice])
    entries = Entry.objects.in_bulk([entry for entry, _ in page])
    parts = [
        Why(
            WhyCode.ENTRY,
            asked.unit,
            sign * moved,
            entry_facts(entries[entry], asked.unit),
            grounds=tuple(entry_grounds(entries[entry])),
        )
        for entry, moved in page
    ]
    return parts, sums.count()


def _promised(asked: _Asked) -> _Parts:
    """Offers that nobody has answered; and, as one, what is decided and not released."""
    zone, vote = ZoneInfo(asked.programme.time_zone), asked.year.vote
    offers = Award.objects.filter(
        committed_from(asked.year.purpose, asked.rules),
        programme=asked.programme,
        state=AwardState.OFFERED.value,
        decision__decided_at__gte=instant_of(vote.first, zone),
        decision__decided_at__lt=instant_of(asked.year.lapses_on, zone),
    ).order_by("-decision__subsidy_minor", "code")
    found = [
        Why(WhyCode.GRANTED, asked.unit, minor, {"award": code})
        for code, minor in offers.values_list("code", "decision__subsidy_minor")
    ]
    held = asked.year.promised.minor - sum(part.amount for part in found)
    if held:
        found.append(Why(WhyCode.OF_YEAR, asked.unit, held, {"name": "held"}))
    return found[asked.window.slice], len(found)


def _spent(asked: _Asked) -> _Parts:
    """The subsidy of the use of its days, by award."""
    vote = asked.year.vote
    days = UsageDay.objects.filter(
        committed_from(asked.year.purpose, asked.rules, at="line__award__"),
        line__award__programme=asked.programme,
        day__range=(vote.first, vote.last),
    )
    sums = days.order_by().values_list("line__award__code").annotate(sum=Sum("subsidy_minor"))
    sums = sums.exclude(sum=0)
    days_of = {"first_on": vote.first.isoformat(), "last_on": vote.last.isoformat()}
    parts = [
        Why(WhyCode.AWARD, asked.unit, minor, {"name": award, "figure": "spent", **days_of})
        for award, minor in sums.order_by("-sum", "line__award__code")[asked.window.slice]
    ]
    return parts, sums.count()


def _left(asked: _Asked) -> _Parts:
    """The other figures, and what is counted in another year or is not in the pool any more."""
    year = asked.year
    gone = year.lapsed.minor if year.lapsed is not None else 0
    made = {
        "funded": year.funded.minor,
        "committed": -year.committed.minor,
        "promised": -year.promised.minor,
        "lapsed": -gone,
    }
    parts = [
        Why(WhyCode.YEAR, asked.unit, minor, asked.facts | {"figure": name})
        for name, minor in made.items()
        if minor
    ]
    elsewhere = year.left.minor - sum(made.values())
    if elsewhere:
        parts.append(Why(WhyCode.OF_YEAR, asked.unit, elsewhere, {"name": "elsewhere"}))
    return parts[asked.window.slice], len(parts)


_PARTS: dict[str, Callable[[_Asked], _Parts]] = {
    "voted": _voted,
    "funded": _funded,
    "committed": _committed,
    "promised": _promised,
    "spent": _spent,
    "left": _left,
    "lapsed": _lapsed,
}
