"""Lines in card-hours, and what their terms are after time was moved or taken from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.refusals import LineUnknown, OnLease
from praya.apps.changes.rules.standing import Standing
from praya.core import ledger
from praya.core.ledger import Grant, Posting
from praya.core.programme.asking import AskedLine
from praya.core.quantity import HOUR_S


def hours_of(number: int | None, standing: Standing) -> LineTerms:
    """A line in card-hours that the book knows.

    Raises:
        LineUnknown: the award has no such line.
        OnLease: it is a lease.

    """
    line = standing.line(number)
    if line is None or line.code not in standing.book:
        raise LineUnknown(award=standing.award, number=number)
    if line.shape != "card-hours":
        raise OnLease(line=line.code)
    return line


def hours_line(line: LineTerms, seconds: int, first_on: date) -> AskedLine:
    """So much time on a line, from a day on, as if it were asked for; whole hours, rounded down."""
    return AskedLine(
        number=line.number,
        shape=line.shape,
        device_model=line.device_model,
        cards=line.cards,
        first_on=first_on,
        last_on=line.last_on,
        card_hours=seconds // HOUR_S if line.shape == "card-hours" else 0,
        service_class=line.service_class,
    )


def cut_terms(line: LineTerms, cut: Grant) -> LineTerms:
    """A line's terms with less on it; its list value falls with its time, rounded up.

    What stays is worth no more than its share, so that moving back and forth gains nothing.
    """
    left = line.card_seconds - cut.time.seconds
    return replace(
        line,
        card_seconds=left,
        list_minor=line.list_minor * left // line.card_seconds,
        subsidy_minor=line.subsidy_minor - cut.subsidy.minor,
    )


def moved_terms(
    source: LineTerms, target: LineTerms, given: Grant, taken_seconds: int
) -> tuple[LineTerms, ...]:
    """The terms of two lines after time and subsidy moved; the list value moves with them."""
    if source.code == target.code:
        return (source,)
    less = cut_terms(source, given)
    more = replace(
        target,
        card_seconds=target.card_seconds + taken_seconds,
        list_minor=target.list_minor + source.list_minor - less.list_minor,
        subsidy_minor=target.subsidy_minor + given.subsidy.minor,
    )
    return less, more


def taken_back(line: ledger.Line, cut: Grant, pool: str) -> tuple[Posting, ...]:
    """What the book posts when part of a line goes to a pool."""
    return ledger.reduce(line, cut, pool)
