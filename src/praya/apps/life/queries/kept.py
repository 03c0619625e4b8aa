"""What rules keep back by now of what is free, by award and commodity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from praya.apps.awards.models import AwardLine
from praya.apps.life.queries.lives import life_of, lives_for_use
from praya.apps.life.queries.seen import ceiling
from praya.core.ledger import FourNumbers
from praya.core.life import KeptBack, Opened, kept_back
from praya.core.quantity import commodity_of_time

Kept = dict[tuple[str, str], list[KeptBack]]


def kept_of(
    lines: Iterable[AwardLine], numbers: Mapping[str, list[FourNumbers]], now: datetime
) -> Kept:
    """What is free of lines and may not be used by now, by the codes of award and commodity.

    What is opened by the same thing, on the same day, is one sum. ``numbers`` are those of the
    lines. At most four queries; none where no rule keeps anything back.
    """
    ruled = [line for line in lines if life_of(line.award).opens_in_parts]
    sums: dict[tuple[str, str], dict[tuple[Opened, date | None], int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for life in lives_for_use(ruled, numbers):
        kept = kept_back(ceiling(life, now), life.standing)
        if kept is not None:
            commodity = commodity_of_time(life.line.device_model_code)
            sums[life.line.award.code, commodity][kept.opened_by, kept.opens_on] += kept.amount
    return {
        key: [KeptBack(amount, *opens) for opens, amount in found.items()]
        for key, found in sums.items()
    }
