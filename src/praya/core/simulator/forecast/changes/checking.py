"""What no change may say: names that nothing bears, numbers and times beyond the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from praya.core.simulator.cluster.model import Cluster
from praya.core.simulator.forecast.question import Question
from praya.core.simulator.forecast.refusals import (
    LeaseOfAnother,
    OutsideForecast,
    UnknownName,
    ValueOutside,
)

CARDS_MAX = 10**6


def check_known(field: str, given: str, known: Sequence[str]) -> None:
    """Refuse a name that nothing bears; raises ``UnknownName``."""
    if given not in known:
        near = get_close_matches(given, known, n=1)
        raise UnknownName(
            field=field, given=given, known=tuple(dict.fromkeys(known)), suggestion="".join(near)
        )


def check_open(cluster: Cluster, place: str, award: str) -> None:
    """Refuse a place that another award leases; raises ``LeaseOfAnother``."""
    for lease in cluster.leases:
        if lease.name == place and lease.award != award:
            raise LeaseOfAnother(lease=place, of=lease.award, award=award)


def check_between(field: str, given: float, least: int, most: int) -> None:
    """Refuse a number that is too small or too large; raises ``ValueOutside``."""
    if not least <= given <= most:
        raise ValueOutside(field=field, given=given, least=least, most=most)


def check_inside(question: Question, field: str, second: int) -> None:
    """Refuse a time before now or after the forecast; raises ``OutsideForecast``."""
    if not question.now_s <= second < question.until_s:
        given, earliest = question.instant(second), question.instant(question.now_s)
        latest = question.instant(question.until_s)
        raise OutsideForecast(field=field, given=given, earliest=earliest, latest=latest)
