"""Money to be paid back: how much, and when it is given up."""

from __future__ import annotations

from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.kinds import Formula, Wish
from praya.apps.changes.rules.refusals import (
    AuthorityMissing,
    FormulaNotAllowed,
    NothingToRecover,
    RateUnknown,
    SinceMissing,
)
from praya.apps.changes.rules.standing import ClaimBack, GiveUp, Plan, Standing, TakeBack
from praya.apps.changes.rules.taking import cut_terms, taken_back
from praya.core import ledger
from praya.core.ledger import Grant, Posting
from praya.core.programme.money import bp_of
from praya.core.quantity import Money
from praya.core.refusal import NotFound

ORDINARY = "percent"


def plan_recovery(wish: Wish, standing: Standing) -> Plan:
    """Claim back by a formula: what is unspent, was drawn since the breach, all, or a difference.

    What is unspent was never paid out: it goes from the lines in card-hours to their pools, and
    nobody owes it. The others make a debt of the subsidy that was drawn and not claimed before. The
    difference is to another rate of the award's rules, as when private use was declared public.

    Raises:
        FormulaNotAllowed: none was named, or the rules do not know it.
        SinceMissing: since the breach, and no day of it.
        RateUnknown: the difference to a rate that the award's rules do not have.
        NothingToRecover: it comes to nothing.

    """
    allowed = tuple(standing.rules.changes.recovery.formulas)
    if wish.formula is None or wish.formula.value not in allowed:
        given = wish.formula.value if wish.formula else ""
        raise FormulaNotAllowed(formula=given, allowed=allowed)
    if wish.formula is Formula.UNSPENT:
        return _unspent(standing)
    rates = {"rate_bp": standing.rate_bp} if wish.formula is Formula.RATE_DIFFERENCE else {}
    if wish.formula is Formula.SINCE_BREACH:
        if wish.since_on is None:
            raise SinceMissing
        amount = standing.drawn_since(wish.since_on)
    elif wish.formula is Formula.RATE_DIFFERENCE:
        rates["right_bp"] = _rate_of(wish.rate, standing)
        amount = standing.drawn_above(rates["right_bp"])
    else:
        amount = standing.drawn
    if amount.minor <= 0:
        raise NothingToRecover(award=standing.award, formula=wish.formula.value)
    return Plan(
        deeds=(ClaimBack(standing.pool, amount),),
        postings=ledger.recover(standing.award, standing.pool, amount),
        facts={"amount_minor": amount.minor, "formula": wish.formula.value, **rates},
    )


def plan_write_off(wish: Wish, standing: Standing) -> Plan:
    """Give up part of a debt, or all that is left of it where no amount is named.

    Raises:
        NotFound: the award has no such open debt.
        AuthorityMissing: nobody's authority is named.
        AmountNotPositive, AmountTooLarge: less than nothing, or absurdly much.
        DebtExhausted: more than is owed.

    """
    debt = next((debt for debt in standing.debts if debt.id == wish.debt), None)
    if debt is None:
        raise NotFound(kind="debt", key=str(wish.debt))
    if not wish.authority.strip():
        raise AuthorityMissing(debt=debt.id)
    amount = Money(wish.amount_minor, debt.owed.currency) if wish.amount_minor else debt.owed
    ledger.check_amounts(amount.minor)
    return Plan(
        deeds=(GiveUp(debt.id, standing.pool, amount),),
        postings=ledger.write_off(standing.award, standing.pool, debt.owed, amount),
        facts={"amount_minor": amount.minor, "authority": wish.authority.strip()},
    )


def _rate_of(code: str, standing: Standing) -> int:
    """A rate of the award's own rules, in ten-thousandths."""
    subsidy = standing.own_rules.subsidy
    known = {ORDINARY: subsidy.percent} | {row.code: row.percent for row in subsidy.rates}
    if code not in known:
        raise RateUnknown(rate=code, known=tuple(known))
    return bp_of(known[code])


def _unspent(standing: Standing) -> Plan:
    lines: list[LineTerms] = []
    deeds: list[TakeBack] = []
    postings: list[Posting] = []
    minor = 0
    for terms in standing.lines:
        stands = standing.book.get(terms.code)
        if terms.shape != "card-hours" or stands is None or stands.is_closed:
            continue
        cut: Grant = stands.free
        if any(amount for _, amount in cut.amounts()):
            lines.append(cut_terms(terms, cut))
            deeds.append(TakeBack(terms.code, cut, stands.pool))
            postings += taken_back(stands, cut, stands.pool)
            minor += cut.subsidy.minor
    if not deeds:
        raise NothingToRecover(award=standing.award, formula=Formula.UNSPENT.value)
    return Plan(tuple(lines), tuple(deeds), tuple(postings), {"subsidy_minor": minor})
