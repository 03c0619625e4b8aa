"""A binary heap of (key, value) pairs in two arrays, least first; the caller keeps its size."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Column = NDArray[np.int64]


@njit(cache=True, inline="always")
def push(keys: Column, values: Column, size: int, key: int, value: int) -> None:
    """Add a pair to a heap that has ``size`` of them."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] < key or (keys[above] == key and values[above] <= value):
            break
        keys[at] = keys[above]
        values[at] = values[above]
        at = above
    keys[at] = key
    values[at] = value


@njit(cache=True, inline="always")
def pop(keys: Column, values: Column, size: int) -> None:
    """Take the first pair, which the caller has read, off a heap that has ``size`` of them."""
    last = size - 1
    key = keys[last]
    value = values[last]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        right = below + 1
        if right < last and (
            keys[right] < keys[below]
            or (keys[right] == keys[below] and values[right] < values[below])
        ):
            below = right
        if key < keys[below] or (key == keys[below] and value <= values[below]):
            break
        keys[at] = keys[below]
        values[at] = values[below]
        at = below
    keys[at] = key
    values[at] = value
