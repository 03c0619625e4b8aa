"""The calendar of estimated ends: how many slots running jobs give back at which instant.

It takes two rows of ``running``: instants, ascending and distinct, and slots beside them. In
``counts`` stand the place of the first and the place after the last.
"""

from __future__ import annotations

from numba import njit

from praya.core.simulator.kernels.heap import Column, Rows

# Rows of ``running``; its first two are the heap of true ends.
AT, GIVES = 2, 3
# Places in ``counts``; its first two are the free slots and the running jobs.
FIRST, LAST = 2, 3


@njit(cache=True, inline="always")
def _place(running: Rows, counts: Column, instant: int) -> int:
    """Where an instant stands, or would stand."""
    low, high = counts[FIRST], counts[LAST]
    while low < high:
        middle = (low + high) >> 1
        if running[AT, middle] < instant:
            low = middle + 1
        else:
            high = middle
    return int(low)


@njit(cache=True, inline="always")
def add(running: Rows, counts: Column, instant: int, slots: int) -> None:
    """Slots come back at an instant."""
    first, last = counts[FIRST], counts[LAST]
    place = _place(running, counts, instant)
    if place < last and running[AT, place] == instant:
        running[GIVES, place] += slots
        return
    if first > 0 and (last == running.shape[1] or place - first < last - place):
        for other in range(first, place):
            running[AT, other - 1] = running[AT, other]
            running[GIVES, other - 1] = running[GIVES, other]
        counts[FIRST] = first - 1
        place -= 1
    else:
        for other in range(last, place, -1):
            running[AT, other] = running[AT, other - 1]
            running[GIVES, other] = running[GIVES, other - 1]
        counts[LAST] = last + 1
    running[AT, place] = instant
    running[GIVES, place] = slots


@njit(cache=True, inline="always")
def take_off(running: Rows, counts: Column, instant: int, slots: int) -> None:
    """Slots that were to come back at an instant are back already."""
    first, last = counts[FIRST], counts[LAST]
    place = _place(running, counts, instant)
    running[GIVES, place] -= slots
    if running[GIVES, place] > 0:
        return
    if place - first < last - place:
        for other in range(place, first, -1):
            running[AT, other] = running[AT, other - 1]
            running[GIVES, other] = running[GIVES, other - 1]
        counts[FIRST] = first + 1
    else:
        for other in range(place, last - 1):
            running[AT, other] = running[AT, other + 1]
            running[GIVES, other] = running[GIVES, other + 1]
        counts[LAST] = last - 1


@njit(cache=True, inline="always")
def promise(running: Rows, counts: Column, free: int, needs: int) -> tuple[int, int]:
    """The first instant at which ``needs`` slots are free, and how many more are free then."""
    place = counts[FIRST]
    while free < needs:
        free += running[GIVES, place]
        place += 1
    return running[AT, place - 1], free - needs
