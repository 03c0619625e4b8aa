"""An award as it stands, as values that a change is planned from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Sum

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
from praya.apps.books.models import Balance, Posting
from praya.apps.books.models import Line as BookLine
from praya.apps.changes.models import Change, Debt
from praya.apps.changes.rules import ChangeKind, ChangeState
from praya.apps.changes.rules.standing import OpenDebt, Standing
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core import ledger
from praya.core.ledger import Part, line_account
from praya.core.metering import instant_of
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import Money


def standing_of(award: Award, now: datetime) -> Standing:
    """Everything that a change of an award is planned from. A fixed number of queries."""
    programme = award.programme
    today = today_in(programme, now)
    version = version_in_force(programme.code, today)
    rules, own_rules = rules_of(version), rules_of(award.rule_version)
    envelope = envelope_of(programme, rules)
    lines = tuple(terms_of(line) for line in award.lines.order_by("number"))
    book = book_lines(line.code for line in lines)
    debts = list(Debt.objects.filter(award=award))
    claimed = sum(debt.amount_minor for debt in debts)
    drawn = sum(line.used.subsidy.minor for line in book.values()) - claimed

    def drawn_since(day: date) -> Money:
        since = _drawn_since([line.code for line in lines], day, programme.time_zone, award)
        return Money(max(min(since, drawn), 0), programme.currency)

    return Standing(
        award=award.code,
        state=AwardState(award.state),
        first_on=award.first_on,
        last_on=award.last_on,
        rate_bp=award.rate_bp,
        lines=lines,
        book=book,
        rules=rules,
        own_rules=own_rules,
        today=today,
        pool=next((line.pool for line in book.values()), paying_pool(own_rules)),
        pool_free=envelope.free,
        promised=envelope.promised,
        granted=granted_of(award),
        drawn=Money(max(drawn, 0), programme.currency),
        drawn_since=drawn_since,
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
    )


def book_lines(codes: Iterable[str]) -> dict[str, ledger.Line]:
    """Lines as the book has them now, by code; without a lock. One query: each has a balance."""
    rows: dict[str, BookLine] = {}
    parts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    found = Balance.objects.filter(line__code__in=list(codes)).select_related("line")
    for balance in found.order_by("line"):
        assert balance.line is not None, balance
        rows[balance.line.code] = balance.line
        parts[balance.line.code, balance.part][balance.commodity] = balance.amount
    return {code: _snapshot(row, parts) for code, row in rows.items()}


def _snapshot(row: BookLine, parts: Mapping[tuple[str, str], Mapping[str, int]]) -> ledger.Line:
    def grant(part: Part) -> ledger.Grant:
        standing = parts.get((row.code, part.value), {})
        time, money = (standing.get(commodity, 0) for commodity, _ in row.grant().amounts())
        return row.grant(time_s=time, minor=money)

    return ledger.Line(
        code=row.code,
        pool=row.pool,
        free=grant(Part.FREE),
        in_flight=grant(Part.IN_FLIGHT),
        used=grant(Part.USED),
        is_closed=row.closed_at is not None,
    )


def _headrooms(award: Award, rules: ProgrammeRules, today: date) -> tuple[Headroom, ...]:
    """The ceilings with what the case was granted; its row is read only where there are any."""
    if rules.subsidy.caps is None and rules.subsidy.window is None:
        return ()
    return tuple(headrooms_of(award.application, rules, today, but_for=()))


def granted_of(award: Award) -> Counter[ChangeKind]:
    """How many changes of each kind an award had."""
    kinds = Change.objects.filter(award=award, state=ChangeState.GRANTED.value)
    return Counter(ChangeKind(kind) for kind in kinds.values_list("kind", flat=True))


def _drawn_since(line_codes: list[str], day: date, time_zone: str, award: Award) -> int:
    """The subsidy settled on lines from a day on, less what was turned round since."""
    found = Posting.objects.filter(
        entry__programme_code=award.programme.code,
        entry__at__gte=instant_of(day, ZoneInfo(time_zone)),
        account__in=[line_account(code, Part.USED) for code in line_codes],
        commodity=award.programme.currency,
    )
    return found.aggregate(sum=Sum("amount"))["sum"] or 0
