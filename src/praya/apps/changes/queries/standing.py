"""An award as it stands, as values that a change is planned from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum

from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.queries import (
    envelope_of,
    headrooms_of,
    paying_pool,
)
from praya.apps.awards.queries.money import shape_of
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.caps import Headroom
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.books.models import Balance, Entry, Posting
from praya.apps.books.models import Line as BookLine
from praya.apps.changes.models import Change, Debt
from praya.apps.changes.rules import ChangeKind, ChangeState
from praya.apps.changes.rules.standing import OpenDebt, Standing
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.apps.usage.models import ChargeMonth, UsageDay
from praya.core import ledger
from praya.core.ledger import EntryKind, Part, line_account
from praya.core.metering import instant_of
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import BASIS_POINTS, Money


def standing_of(award: Award, now: datetime) -> Standing:
    """Everything that a change of an award is planned from. A fixed number of queries."""
    programme = award.programme
    today = today_in(programme, now)
    version = version_in_force(programme.code, today)
    rules, own_rules = rules_of(version), rules_of(award.rule_version)
    envelope = envelope_of(programme, rules, pool=award.pool)
    lines = tuple(terms_of(line) for line in award.lines.order_by("number"))
    kept = _snapshots(Balance.objects.filter(line__award_code=award.code))
    codes = {line.code for line in lines}
    book = {code: line for code, line in kept.items() if code in codes}
    debts = list(Debt.objects.filter(award=award))
    claimed = sum(debt.amount_minor for debt in debts)
    drawn = sum(line.used.subsidy.minor for line in book.values()) - claimed

    def drawn_since(day: date) -> Money:
        since = _drawn_since([line.code for line in lines], day, programme.time_zone, award)
        return Money(max(min(since, drawn), 0), programme.currency)

    def drawn_above(rate_bp: int) -> Money:
        above = _charged_above(award, rate_bp) - claimed
        return Money(max(min(above, drawn), 0), programme.currency)

    return Standing(
        award=award.code,
        state=AwardState(award.state),
        first_on=award.first_on,
        last_on=award.last_on,
        rate_bp=award.rate_bp,
        lines=lines,
        next_number=_next_number(codes | kept.keys()),
        book=book,
        rules=rules,
        own_rules=own_rules,
        today=today,
        pool=next((line.pool for line in book.values()), award.pool or paying_pool(own_rules)),
        pool_free=envelope.free,
        promised=envelope.promised,
        pool_pays_subsidy=envelope.pays_subsidy,
        granted=granted_of(award),
        drawn=Money(max(drawn, 0), programme.currency),
        drawn_since=drawn_since,
        drawn_above=drawn_above,
        headrooms=_headrooms(award, rules, today),
        debts=tuple(OpenDebt(debt.pk, debt.owed) for debt in debts if debt.owed),
    )


def terms_of(line: AwardLine) -> LineTerms:
    """A line's row as a value."""
    return LineTerms(
        number=line.number,
        code=line.code,
        shape=shape_of(line.shape),
        device_model=line.device_model_code,
        cards=line.cards,
        first_on=line.first_on,
        last_on=line.last_on,
        card_seconds=line.card_seconds,
        list_minor=line.list_minor,
        subsidy_minor=line.subsidy_minor,
        service_class=line.service_class,
        aged_from=line.aged_from,
    )


def book_lines(codes: Iterable[str]) -> dict[str, ledger.Line]:
    """Lines as the book has them now, by code; without a lock. One query: each has a balance."""
    return _snapshots(Balance.objects.filter(line__code__in=list(codes)))


def _snapshots(balances: QuerySet[Balance]) -> dict[str, ledger.Line]:
    rows: dict[str, BookLine] = {}
    parts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for balance in balances.select_related("line").order_by("line"):
        assert balance.line is not None, balance
        rows[balance.line.code] = balance.line
        parts[balance.line.code, balance.part][balance.commodity] = balance.amount
    return {code: _snapshot(row, parts) for code, row in rows.items()}


def _next_number(codes: Iterable[str]) -> int:
    """The number of a line to come; the book keeps a line that an undone change has dropped."""
    return max(int(code.rpartition(".")[2]) for code in codes) + 1


def _snapshot(row: BookLine, parts: Mapping[tuple[str, str], Mapping[str, int]]) -> ledger.Line:
    def grant(part: Part) -> ledger.Grant:
        standing = parts.get((row.code, part.value), {})
        time, money = (standing.get(commodity, 0) for commodity, _ in row.grant().amounts())
        return row.grant(time_s=time, minor=money)

    standing = ledger.Line(
        code=row.code,
        pool=row.pool,
        free=grant(Part.FREE),
        in_flight=grant(Part.IN_FLIGHT),
        used=grant(Part.USED),
        is_closed=row.closed_at is not None,
    )
    return ledger.as_paid(standing, grant(Part.OVERRUN))


def _headrooms(award: Award, rules: ProgrammeRules, today: date) -> tuple[Headroom, ...]:
    """The ceilings with what the case was granted; its row is read only where there are any."""
    if rules.subsidy.caps is None and rules.subsidy.window is None:
        return ()
    return tuple(headrooms_of(award.application, rules, today, but_for=()))


def granted_of(award: Award) -> Counter[ChangeKind]:
    """How many changes of each kind an award had."""
    kinds = Change.objects.filter(award=award, state=ChangeState.GRANTED.value)
    return Counter(ChangeKind(kind) for kind in kinds.values_list("kind", flat=True))


def _charged_above(award: Award, rate_bp: int) -> int:
    """By how much the subsidy of an award's charges is above another rate of their list price.

    Rounded down, for the holder. Costs that were claimed have a share of their own, and no rate.
    """
    months = ChargeMonth.objects.filter(award=award)
    sums = months.aggregate(listed=Sum("list_minor"), subsidy=Sum("subsidy_minor"))
    listed, subsidy = sums["listed"] or 0, sums["subsidy"] or 0
    return int((subsidy * BASIS_POINTS - listed * rate_bp) // BASIS_POINTS)


def _drawn_since(line_codes: list[str], day: date, time_zone: str, award: Award) -> int:
    """The subsidy drawn on lines from a day on: what was used then, whenever it was charged.

    What was taken back is taken off the days on which it was used. Costs that were claimed count
    from the day on which the claim was approved; not at all, where the approval was undone.
    """
    used = UsageDay.objects.filter(line__code__in=line_codes, day__gte=day)
    turned = Entry.objects.filter(programme_code=award.programme.code, reverses__isnull=False)
    claimed = Posting.objects.exclude(
        entry__number__in=turned.order_by().values("reverses")
    ).filter(
        entry__programme_code=award.programme.code,
        entry__kind=EntryKind.CLAIM.value,
        entry__at__gte=instant_of(day, ZoneInfo(time_zone)),
        account__in=[line_account(code, Part.USED) for code in line_codes],
        commodity=award.programme.currency,
    )
    by_use = used.aggregate(sum=Sum("subsidy_minor"))["sum"] or 0
    return by_use + int(claimed.aggregate(sum=Sum("amount"))["sum"] or 0)
