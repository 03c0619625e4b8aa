"""Own shares that are paid before use, part by part."""

from __future__ import annotations


def part_of(amount: int, *, part: int, parts: int) -> int:
    """One of so many equal parts, as the difference of sums: all of them add up to the whole.

    >>> [part_of(100, part=part, parts=3) for part in (1, 2, 3)]
    [33, 33, 34]
    """
    assert 1 <= part <= parts, (part, parts)
    return amount * part // parts - amount * (part - 1) // parts
