"""Why so much of a debt was set off against newer awards: each line, and what bounded its part."""

from __future__ import annotations

from collections.abc import Iterable

from praya.apps.books.models import Entry
from praya.apps.changes.access import may_see_debts
from praya.apps.changes.models import Debt, DebtPayment
from praya.apps.changes.queries import debt_of, payment_key
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode
from praya.apps.reports.queries.why.charges import ground_of
from praya.core.actor import Actor

_BOUNDS = ("owed_minor", "percent_max", "granted_minor", "borne_minor", "free_minor")


def why_set_off(debt_id: int, actor: Actor) -> Why:
    """What was set off of a debt and stands; its parts are lines, the first first. Three queries.

    A part is the least of what was owed, what the rules let a line bear, and what was free on it;
    these three are its ground, where the entry tells them, for who sees the programme's debts.

    Raises:
        NotFound: there is no such debt, or the actor may not know of it.

    """
    debt = debt_of(debt_id, actor)
    borne = list(debt.payments.filter(taken_back_at=None).exclude(line_code="").order_by("number"))
    keys = {payment_key(debt.pk, one.number): one for one in borne}
    made = Entry.objects.filter(programme_code=debt.award.programme.code, key__in=list(keys))
    entries = {entry.key: entry for entry in made}
    sees_lines = may_see_debts(actor, debt.award.programme.code)
    parts = tuple(
        Why(
            WhyCode.OFF_LINE,
            debt.currency,
            one.amount_minor,
            {"line": one.line_code, "paid_on": one.paid_on, "card_seconds": one.card_seconds},
            grounds=tuple(_grounds(debt, one, entries[key], sees_lines=sees_lines)),
        )
        for key, one in keys.items()
    )
    return Why(
        WhyCode.SET_OFF,
        debt.currency,
        sum(part.amount for part in parts),
        {"debt": debt.pk, "award": debt.award.code},
        parts,
        count=len(parts),
    )


def _grounds(
    debt: Debt, payment: DebtPayment, entry: Entry, *, sees_lines: bool
) -> Iterable[Ground]:
    yield ground_of(entry)
    if not sees_lines:  # what another lead was granted and has free is not the debtor's to read
        return
    if all(name in entry.facts for name in _BOUNDS):
        bounds = {name: entry.facts[name] for name in _BOUNDS}
        about = {"line": payment.line_code, "currency": debt.currency}
        yield Ground(GroundKind.BOUNDS, bounds | about)
