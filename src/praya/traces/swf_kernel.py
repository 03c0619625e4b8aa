"""Reads the lines of a Standard Workload Format file from its bytes.

Praya compiles its own parser because fields stand apart by any number of blanks, which no reader of
separated values takes; it reads just the fields it needs.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FIELDS = 18
# The fields kept, from 1 as the format counts them; the place of each in the table below.
KEPT = (1, 2, 3, 4, 5, 8, 9, 12, 15)
ID, SUBMIT, WAIT, RUN, SLOTS, ASKED, LIMIT, USER, QUEUE = range(9)

GOOD, TOO_SHORT, NO_NUMBER, NEGATIVE, TOO_LARGE = 0, 1, 2, 3, 4

_PLACE = np.full(FIELDS + 1, -1, np.int64)
for _row, _field in enumerate(KEPT):
    _PLACE[_field] = _row
_NEWLINE, _RETURN, _BLANK, _TAB = 10, 13, 32, 9
_MINUS, _PLUS, _POINT, _COMMENT, _ZERO, _NINE = 45, 43, 46, 59, 48, 57
# Numbers of more digits than these are mistakes: a million years have fourteen.
_DIGITS_MAX = 15


@njit(cache=True)
def parse(
    text: NDArray[np.uint8], table: NDArray[np.int64], bad: NDArray[np.int64]
) -> tuple[int, int, int]:
    """Read whole lines into the rows of ``table``; how many jobs, bad lines, and lines there were.

    ``bad`` takes line numbers, from 0, and faults of the bad lines; both have room for every line.
    """
    at, size = 0, len(text)
    jobs = bads = lines = 0
    while at < size:
        fault, field, at, is_job = _line(text, at, size, table, jobs)
        if is_job:
            if fault == GOOD:
                fault = _judge(table, jobs, field)
            if fault == GOOD:
                jobs += 1
            else:
                bad[0, bads], bad[1, bads] = lines, fault
                bads += 1
        lines += 1
    return jobs, bads, lines


@njit(cache=True, inline="always")
def _line(
    text: NDArray[np.uint8], at: int, size: int, table: NDArray[np.int64], row: int
) -> tuple[int, int, int, bool]:
    """Read one line; its fault, how many fields it has, where the next begins, if it is a job's."""
    fault, field = GOOD, 0
    while at < size and text[at] != _NEWLINE:
        sign = text[at]
        if sign in (_BLANK, _TAB, _RETURN):
            at += 1
            continue
        if sign == _COMMENT:
            while at < size and text[at] != _NEWLINE:
                at += 1
            break
        field += 1
        number, found, at = _number(text, at, size)
        fault = max(fault, found)
        if field <= FIELDS and _PLACE[field] >= 0:
            table[_PLACE[field], row] = number
    return fault, field, at + 1, field > 0


@njit(cache=True, inline="always")
def _number(text: NDArray[np.uint8], at: int, size: int) -> tuple[int, int, int]:
    """Read one number, without its fraction; the number, its fault, and where it ends."""
    is_negative = text[at] == _MINUS
    if is_negative or text[at] == _PLUS:
        at += 1
    begins = at
    number = 0
    while at < size and _ZERO <= text[at] <= _NINE:
        number = number * 10 + (text[at] - _ZERO)
        at += 1
    digits = at - begins
    if at < size and text[at] == _POINT:
        at += 1
        while at < size and _ZERO <= text[at] <= _NINE:
            at += 1
    fault = TOO_LARGE if digits > _DIGITS_MAX else GOOD
    if digits == 0 or (at < size and text[at] > _BLANK):
        fault = NO_NUMBER
        # Signs below a blank are no blanks: whoever stood still on one would stand there for ever.
        while at < size and text[at] not in (_BLANK, _TAB, _RETURN, _NEWLINE):
            at += 1
    return -number if is_negative else number, fault, at


@njit(cache=True, inline="always")
def _judge(table: NDArray[np.int64], row: int, fields: int) -> int:
    if fields < FIELDS:
        return TOO_SHORT
    # -1 says that a time is not known; without a submission there is no job.
    if table[SUBMIT, row] < 0 or table[RUN, row] < -1 or table[LIMIT, row] < -1:
        return NEGATIVE
    return GOOD
