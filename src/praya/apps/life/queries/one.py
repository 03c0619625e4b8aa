"""One line in card-hours, for whoever changes something about it."""

from __future__ import annotations

from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Line as BookLine
from praya.apps.life.queries.lives import LineLife, RuledLine, lives_of, with_award


def line_life_for_update(
    line_id: int, *, even_suspended: bool = False
) -> LineLife[AwardLine] | None:
    """The life of a line, which is locked until the transaction ends; ``None`` if it is over.

    It is none before the award starts either, and while it is suspended unless that is asked for.
    """
    line = with_award(AwardLine.objects.select_for_update(no_key=True, of=("self",))).get(
        pk=line_id
    )
    is_suspended = line.award.state == AwardState.SUSPENDED.value
    if line.award.state != AwardState.ACTIVE.value and not (even_suspended and is_suspended):
        return None
    found = lives_of([line])
    return found[0] if found else None


def pool_of(line: AwardLine | RuledLine) -> str:
    """The pool out of which the book has a line."""
    return BookLine.objects.values_list("pool", flat=True).get(code=line.code)
