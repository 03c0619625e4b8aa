"""What can be asked about one line of an award."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.books.models import Book
from praya.apps.life.queries import life_of
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import rules_of, version_at_dawn
from praya.apps.usage.rules import Days
from praya.core.programme.money import Price, passed_on
from praya.core.quantity import Money

ONE_DAY = timedelta(days=1)


def days_of(line: AwardLine) -> Days:
    """The days on which a line may be used; card-hours have the days of grace of their rules."""
    grace = timedelta() if is_lease(line) else _grace(line.award)
    return Days(line.first_on, line.last_on + grace)


def award_days(award: Award) -> Days:
    """The days on which an award may be used, those of grace among them."""
    return Days(award.first_on, award.last_on + _grace(award))


def is_lease(line: AwardLine) -> bool:
    """Whether a line is cards held day and night; else it is card-hours."""
    return line.shape == LineShape.CARDS.value


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a price list, and the number in the database of the rules whose list it is."""

    row: Price
    rule_version_id: int


def price_of(line: AwardLine, day: date) -> Listed | None:
    """The list price of the line's device model on a day, under the rules of its award.

    Where those say that awards follow, a lower price of the rules with which the day began. It is
    the same whenever it is asked, once the day has begun.
    """
    follows = rules_of(line.award.rule_version).price_of_awards == "follow"
    return price_under(line, day, version_at_dawn(line.award.programme, day) if follows else None)


def price_under(line: AwardLine, day: date, later: RuleVersion | None) -> Listed | None:
    """As ``price_of``, from who has the rules at hand with which the day began."""
    version = line.award.rule_version
    rules = rules_of(version)
    own = rules.price_on(line.device_model_code, day)
    follows = rules.price_of_awards == "follow"
    if follows and later is not None and later.number > version.number:
        lower = passed_on(own, rules_of(later).price_on(line.device_model_code, day))
        if lower is not None:
            return Listed(lower, later.pk)
    return None if own is None else Listed(own, version.pk)


def per_hour(line: AwardLine, price: Listed, service_class: str | None = None) -> Money:
    """What a card-hour costs in a class of service: the line's, if none is named."""
    named = line.service_class if service_class is None else service_class
    return Money.parse(f"{price.row.per_hour_in(named):f}", line.award.programme.currency)


def line_for_update(line_id: int) -> AwardLine:
    """A line with its award, locked until the transaction ends."""
    lines = AwardLine.objects.select_for_update(no_key=True, of=("self",))
    return lines.select_related("award__programme", "award__rule_version").get(pk=line_id)


def closed_until_by_award(award_ids: Iterable[int]) -> dict[int, date]:
    """The last closed day of the books of awards, by award; those with none are left out."""
    books = Book.objects.filter(programme_code=OuterRef("programme__code"))
    closed = Subquery(books.values("closed_until")[:1])
    rows = Award.objects.filter(pk__in=list(award_ids)).order_by().annotate(closed=closed)
    return {pk: day for pk, day in rows.values_list("pk", "closed") if day is not None}


def _grace(award: Award) -> timedelta:
    return timedelta(days=life_of(award).grace_days)
