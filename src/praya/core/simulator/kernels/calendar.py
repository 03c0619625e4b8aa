"""The calendar of estimated ends: how many slots running jobs give back at which instant.

``at[first:last]`` are instants, ascending and distinct; ``gives`` beside them are the slots.
``span`` holds ``first`` and ``last``.
"""

from __future__ import annotations

from numba import njit

from praya.core.simulator.kernels.heap import Column


@njit(cache=True, inline="always")
def _place(at: Column, span: Column, instant: int) -> int:
    """Where an instant stands, or would stand."""
    low, high = span[0], span[1]
    while low < high:
        middle = (low + high) >> 1
        if at[middle] < instant:
            low = middle + 1
        else:
            high = middle
    return int(low)


@njit(cache=True, inline="always")
def add(at: Column, gives: Column, span: Column, instant: int, slots: int) -> None:
    """Slots come back at an instant."""
    first, last = span[0], span[1]
    place = _place(at, span, instant)
    if place < last and at[place] == instant:
        gives[place] += slots
        return
    if first > 0 and (last == len(at) or place - first < last - place):
        for other in range(first, place):
            at[other - 1] = at[other]
            gives[other - 1] = gives[other]
        span[0] = first - 1
        place -= 1
    else:
        for other in range(last, place, -1):
            at[other] = at[other - 1]
            gives[other] = gives[other - 1]
        span[1] = last + 1
    at[place] = instant
    gives[place] = slots


@njit(cache=True, inline="always")
def take_off(at: Column, gives: Column, span: Column, instant: int, slots: int) -> None:
    """Slots that were to come back at an instant are back already."""
    first, last = span[0], span[1]
    place = _place(at, span, instant)
    gives[place] -= slots
    if gives[place] > 0:
        return
    if place - first < last - place:
        for other in range(place, first, -1):
            at[other] = at[other - 1]
            gives[other] = gives[other - 1]
        span[0] = first + 1
    else:
        for other in range(place, last - 1):
            at[other] = at[other + 1]
            gives[other] = gives[other + 1]
        span[1] = last - 1


@njit(cache=True, inline="always")
def promise(at: Column, gives: Column, span: Column, free: int, needs: int) -> tuple[int, int]:
    """The first instant at which ``needs`` slots are free, and how many more are free then."""
    place = span[0]
    while free < needs:
        free += gives[place]
        place += 1
    return at[place - 1], free - needs
