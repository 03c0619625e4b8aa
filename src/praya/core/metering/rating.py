"""Held time at a list price, shared between the programme and the user.

Worked example: 2 cards held for 90 seconds are 180 card-seconds. At HK$30.00 a card-hour they list
at ``180 * 3000 // 3600 = 150`` cents; at 70 % the subsidy is 105 cents and the own share 45.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from praya.core.quantity import CardTime, Money


@dataclass(frozen=True, slots=True)
class Rating:
    """What some held time costs. ``subsidy`` and ``own`` add up to ``list_price``.

    ``own`` is the share of the user: what the subsidy leaves, to the last minor unit.
    """

    time: CardTime
    list_price: Money
    subsidy: Money
    own: Money = field(init=False)

    def __post_init__(self) -> None:
        """Share it out once: it is asked for again and again."""
        object.__setattr__(self, "own", self.list_price - self.subsidy)


def rate(time: CardTime, *, per_hour: Money, rate_bp: int) -> Rating:
    """Rate held time at the list price of a card-hour and a subsidy in ten-thousandths."""
    assert time.seconds >= 0, time
    list_price = time.list_price(per_hour=per_hour)
    return Rating(time=time, list_price=list_price, subsidy=list_price.share(rate_bp))


def worst_case_seconds(*, cards: int, time_limit_s: int) -> int:
    """The most card-seconds a job can be charged: every card until the time limit."""
    assert cards > 0, cards
    assert time_limit_s > 0, time_limit_s
    return cards * time_limit_s


def charged_seconds(*, cards: int, held_s: int, time_limit_s: int) -> int:
    """The card-seconds a job is charged for what it held.

    The seconds of grace between the limit and the end are not the user's, so nothing is ever
    charged beyond the worst case.
    """
    assert held_s >= 0, held_s
    charged = cards * min(held_s, time_limit_s)
    assert charged <= worst_case_seconds(cards=cards, time_limit_s=time_limit_s), charged
    return charged
