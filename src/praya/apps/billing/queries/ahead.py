"""Own shares that are paid before use: which part is to be asked for next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.billing.models import Invoice, PeriodClose
from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.ahead import part_of
from praya.apps.books.models import Balance
from praya.apps.books.queries import line_numbers
from praya.apps.life.models import PaidPart
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.usage.models import ChargeMonth
from praya.core.ledger import invoice_account, receivable_account
from praya.core.programme.life import PaidAhead
from praya.core.quantity import Money

_SIGNED = (AwardState.WAITING.value, AwardState.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class DueAhead:
    """The part of an award's own share that is to be asked for now."""

    award_id: int
    award_code: str
    part: int
    parts: int
    own: Money


def to_ask_ahead(programme_code: str, **awards: object) -> list[DueAhead]:
    """The next part of each own share that is paid before use, unless it is asked for; by code.

    A part is asked for once the one before it is paid; again, if all of its invoice was taken back.
    Five queries, and one where no rules have it.
    """
    rules = _rules_by_award(programme_code, **awards)
    paid = set(PaidPart.objects.filter(award__in=rules).values_list("award_id", "number"))
    asked = _asked_for(rules)
    own = _own_by_line(rules)
    found = []
    for award, rule in rules.items():
        unpaid = (n for n in range(1, rule.parts + 1) if (award.pk, n) not in paid)
        part = next(unpaid, None)
        if part is None or asked[award.pk, part] > 0:
            continue
        minor = sum(part_of(one, part=part, parts=rule.parts) for one in own[award.pk])
        amount = Money(minor, award.programme.currency)
        found.append(DueAhead(award.pk, award.code, part, rule.parts, amount))
    return found


def is_settled(award: Award) -> bool:
    """Whether an award has ended, with every job of it charged, in months that are closed."""
    if award.state != AwardState.ENDED.value:
        return False
    numbers = line_numbers(award.lines.values_list("code", flat=True))
    if any(each.in_flight for line in numbers.values() for each in line):
        return False
    closed = PeriodClose.objects.filter(programme=award.programme).aggregate(last=Max("month"))
    months = ChargeMonth.objects.filter(award=award, month__gt=closed["last"] or "")
    return not months.exists()


def left_ahead(invoice: Invoice) -> int:
    """What an invoice asks for ahead of use, less what was taken back of it; in minor units."""
    back = invoice.credit_notes.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return invoice.amount_minor - back


def unused_of(invoice: Invoice) -> int:
    """What its award has paid ahead and not used, as far as it is this invoice's; in minor units.

    What is open on other invoices of the award was asked for, and not paid.
    """
    award = invoice.award
    others = award.invoices.filter(kind=InvoiceKind.INVOICE.value, ahead_part__isnull=False)
    accounts = [invoice_account(one.code) for one in others.exclude(pk=invoice.pk)]
    receivable = receivable_account(award.code)
    balances = Balance.objects.filter(
        programme_code=award.programme.code,
        commodity=invoice.currency,
        account__in=[receivable, *accounts],
    )
    amounts = dict(balances.values_list("account", "amount"))
    unused = max(-amounts.pop(receivable, 0), 0) - sum(amounts.values())
    return max(min(unused, left_ahead(invoice)), 0)


def _rules_by_award(programme_code: str, **awards: object) -> dict[Award, PaidAhead]:
    """The signed awards whose own share is paid before use, by code."""
    versions = RuleVersion.objects.filter(programme__code=programme_code).defer(*HEAVY)
    rules = {one.pk: rule for one in versions if (rule := rules_of(one).life.paid_ahead)}
    if not rules:
        return {}
    running = Award.objects.filter(rule_version__in=rules, state__in=_SIGNED, **awards)
    found = running.select_related("programme").order_by("code")
    return {award: rules[award.rule_version_id] for award in found}


def _asked_for(awards: Collection[Award]) -> Counter[tuple[int, int]]:
    """What is asked for each part, less what was taken back of it."""
    rows = Invoice.objects.filter(award__in=awards, ahead_part__isnull=False).order_by()
    sums: Counter[tuple[int, int]] = Counter()
    for award_id, part, kind, minor in rows.values_list("award_id", "ahead_part", "kind").annotate(
        Sum("amount_minor")
    ):
        sums[award_id, part] += minor if kind == InvoiceKind.INVOICE.value else -minor
    return sums


def _own_by_line(awards: Collection[Award]) -> dict[int, list[int]]:
    """The own share of each line in card-hours, by award."""
    lines = AwardLine.objects.filter(
        award__in=awards, shape=LineShape.CARD_HOURS.value, card_seconds__gt=0
    )
    columns = lines.order_by().values_list("award_id", "list_minor", "subsidy_minor")
    found: dict[int, list[int]] = defaultdict(list)
    for award_id, listed, subsidy in columns:
        found[award_id].append(listed - subsidy)
    return found
