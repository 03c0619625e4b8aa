"""How the cards of a job lie on machines."""

from __future__ import annotations


def spread(cards: int, node_cards: int, nodes: int = 0) -> tuple[int, int]:
    """On how many machines a job is, and with how many cards on each.

    Those are the ``nodes`` that were told, or else the fewest, never more: a job stands wherever it
    truly could. Where its cards cannot be as many on each, those left over do not count; rounded
    up, it could be beyond the cards that its award may have at once, and never start.

    >>> [spread(cards, 8) for cards in (4, 8, 12, 16)]
    [(1, 4), (1, 8), (2, 6), (2, 8)]
    >>> spread(8, 8, nodes=2), spread(13, 8, nodes=2), spread(4, 1)
    ((2, 4), (2, 6), (4, 1))
    """
    number = min(max(nodes, -(-cards // node_cards), 1), cards)
    return number, cards // number
