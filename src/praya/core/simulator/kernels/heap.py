"""A binary heap of (key, value) pairs, least first; the caller keeps its size.

Keys stand in the first row of an array, values in the second; further rows are left alone. Rows are
indexed, never cut out: a view is counted in and out, which costs more than the heap itself.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Column = NDArray[np.int64]
Rows = NDArray[np.int64]

_KEY, _VALUE = 0, 1


@njit(cache=True, inline="always")
def push(heap: Rows, size: int, key: int, value: int) -> None:
    """Add a pair to a heap that has ``size`` of them."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[_KEY, above] < key or (heap[_KEY, above] == key and heap[_VALUE, above] <= value):
            break
        heap[_KEY, at] = heap[_KEY, above]
        heap[_VALUE, at] = heap[_VALUE, above]
        at = above
    heap[_KEY, at] = key
    heap[_VALUE, at] = value


@njit(cache=True, inline="always")
def pop(heap: Rows, size: int) -> None:
    """Take the first pair, which the caller has read, off a heap that has ``size`` of them."""
    last = size - 1
    key = heap[_KEY, last]
    value = heap[_VALUE, last]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        right = below + 1
        if right < last and (
            heap[_KEY, right] < heap[_KEY, below]
            or (
                heap[_KEY, right] == heap[_KEY, below] and heap[_VALUE, right] < heap[_VALUE, below]
            )
        ):
            below = right
        if key < heap[_KEY, below] or (key == heap[_KEY, below] and value <= heap[_VALUE, below]):
            break
        heap[_KEY, at] = heap[_KEY, below]
        heap[_VALUE, at] = heap[_VALUE, below]
        at = below
    heap[_KEY, at] = key
    heap[_VALUE, at] = value
