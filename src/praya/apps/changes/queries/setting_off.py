"""What overdue debts will take of newer awards, as far as it can be seen today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import F, Q, QuerySet, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Balance
from praya.apps.changes import access
from praya.apps.changes.models import Debt, DebtPayment
from praya.apps.changes.queries.bearing import Bearing, bears_on, lines_offered, said_of
from praya.apps.changes.queries.debts import interest_to_come, recovery_in_force
from praya.apps.changes.queries.standing import book_lines
from praya.apps.changes.rules.setting_off import cut_for
from praya.apps.programmes.queries import programme_of, today_in
from praya.core.actor import Actor, Role
from praya.core.ledger import Part
from praya.core.programme.changes import Recovery
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed

ONE_DAY = timedelta(days=1)

NO_RULES: Mapping[str, Recovery] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOffAhead(Bearing):
    """What a debt takes of a line, from a day on, if neither is paid nor used until then."""

    debt: Debt


def matter_of_debt(debt_id: int) -> str:
    """A debt by name, as what a line is to bear."""
    return f"debt-{debt_id}"


def set_offs_ahead(programme_code: str, actor: Actor, now: datetime) -> list[SetOffAhead]:
    """What will be set off in a programme, for those who see its debts; eight queries.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: neither officer, finance nor auditor of it.

    """
    if not access.may_see_debts(actor, programme_code):
        programme_of(programme_code)  # who holds a role in it knows of it
        raise NotAllowed(action="debt.list", needs=Role.FINANCE.value)
    recovery = recovery_in_force(programme_of(programme_code), now)
    if recovery.set_off is None:
        return []
    return ahead_of(Q(award__programme__code=programme_code), now, {programme_code: recovery})


def set_offs_of(debt: Debt, now: datetime) -> list[SetOffAhead]:
    """What one debt will take, beside the other debts of its organisation."""
    beside = Q(
        award__programme=debt.award.programme, award__organisation=debt.award.organisation_id
    )
    return [one for one in ahead_of(beside, now) if one.debt.pk == debt.pk]


def set_offs_due(now: datetime) -> list[SetOffAhead]:
    """What is to be set off now; one query while no debt is overdue."""
    # A day is nowhere later than a day after where it is counted last.
    found = ahead_of(Q(due_on__lt=now.date() + ONE_DAY), now)
    return [
        one for one in found if not one.waiver and one.on <= today_in(one.debt.award.programme, now)
    ]


def set_off_on(line_code: str) -> int:
    """What debts have taken of a line's subsidy, but for what was taken back."""
    borne = DebtPayment.objects.filter(line_code=line_code, taken_back_at=None)
    return borne.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def ahead_of(
    where: Q,
    now: datetime,
    known: Mapping[str, Recovery] = NO_RULES,
    offered: Award | None = None,
) -> list[SetOffAhead]:
    """What debts will take, the oldest first, each off the lines that can bear it.

    Those are lines in card-hours of running awards that the organisation accepted in the same
    programme after the debt was made, with subsidy free, and that have not borne it before; or
    those of an open offer alone, as if it were accepted now. ``known`` are rules in force that were
    read, by programme.
    """

    @cache
    def rule_of(code: str) -> Recovery:
        return known.get(code) or recovery_in_force(programmes[code], now)

    debts = list(_open_debts().filter(where))
    programmes = {debt.award.programme.code: debt.award.programme for debt in debts}
    debts = [debt for debt in debts if rule_of(debt.award.programme.code).set_off is not None]
    lines = _lines_for(debts, offered)
    book = lines_offered(offered) if offered else book_lines(line.code for line in lines)
    said = said_of(lines)
    free = {code: standing.free for code, standing in book.items() if not standing.is_closed}
    borne, pairs = _borne(free)
    found = []
    for debt in debts:
        recovery = rule_of(debt.award.programme.code)
        today = today_in(debt.award.programme, now)
        assert recovery.set_off is not None
        owed = debt.owed + interest_to_come(debt, recovery, now)
        for line in lines:
            if line.code not in free or (debt.pk, line.code) in pairs or not _bears(line, debt):
                continue
            cut = cut_for(
                recovery.set_off,
                owed=owed,
                granted=Money(line.subsidy_minor, debt.currency),
                borne=Money(borne[line.code], debt.currency),
                free=free[line.code],
            )
            if cut is None:
                continue
            rule, matter = recovery.set_off, matter_of_debt(debt.pk)
            told = said.told.get((matter, line.pk))
            waiver = said.waivers.get((matter, line.pk))
            found.append(
                SetOffAhead(
                    matter=matter,
                    award=debt.award,
                    line=line,
                    on=bears_on(rule, told, debt.due_on + ONE_DAY, today),
                    cut=cut,
                    rule=rule,
                    told=told,
                    waiver=waiver,
                    debt=debt,
                )
            )
            if waiver is not None:
                continue
            owed -= cut.subsidy
            borne[line.code] += cut.subsidy.minor
            free[line.code] -= cut
    return found


def _open_debts() -> QuerySet[Debt]:
    rows = Debt.objects.select_related("award__programme").filter(
        amount_minor__gt=F("paid_minor") + F("written_off_minor") - F("interest_minor")
    )
    return rows.order_by("made_at", "pk")


def _lines_for(debts: list[Debt], offered: Award | None) -> list[AwardLine]:
    """Lines with subsidy free, of awards of organisations that owe something, or of one offer."""
    debtors = {(debt.award.programme_id, debt.award.organisation_id) for debt in debts}
    if not debtors:
        return []
    rows = AwardLine.objects.filter(
        shape=LineShape.CARD_HOURS.value,
        award__programme__in={programme for programme, _ in debtors},
        award__organisation__in={organisation for _, organisation in debtors},
    ).select_related("award__programme", "award__lead")
    if offered is not None:
        return list(rows.filter(award=offered).order_by("number"))
    codes = {debt.award.programme.code for debt in debts}
    free = Balance.objects.filter(programme_code__in=codes, part=Part.FREE.value, amount__gt=0)
    lines = rows.filter(code__in=free.values("line__code"), award__state=AwardState.ACTIVE.value)
    return list(lines.order_by("award_id", "number"))


def _bears(line: AwardLine, debt: Debt) -> bool:
    award = line.award
    return (
        award.programme_id == debt.award.programme_id
        and award.organisation_id == debt.award.organisation_id
        and (
            award.state == AwardState.OFFERED.value
            or (award.accepted_at is not None and award.accepted_at > debt.made_at)
        )
    )


def _borne(codes: Iterable[str]) -> tuple[dict[str, int], set[tuple[int, str]]]:
    """What debts took of lines, and which debt each line has borne, taken back or not."""
    sums: dict[str, int] = defaultdict(int)
    pairs = set()
    payments = DebtPayment.objects.filter(line_code__in=list(codes))
    for debt_id, code, minor, back in payments.values_list(
        "debt_id", "line_code", "amount_minor", "taken_back_at"
    ):
        pairs.add((debt_id, code))
        sums[code] += 0 if back else minor
    return sums, pairs
