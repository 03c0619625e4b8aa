"""What the processes of a trial know together, and what a kill does not take with it."""

from __future__ import annotations

import mmap
import struct
from enum import IntEnum

_COUNT = struct.Struct("<q")


class Told(IntEnum):
    """What a worker was told of a job; each has a byte, written once its command had answered."""

    ADMITTED = 0
    REFUSED = 1
    LANDED = 2


class Counted(IntEnum):
    """What each process counts for itself."""

    COMMANDS = 0
    REPEATED = 1
    LATE = 2
    SWEPT = 3
    TURNED_AWAY = 4
    LOOKS = 5


class Memory:
    """Anonymous memory shared by a process and those it forks."""

    def __init__(self, *, jobs: int, processes: int) -> None:
        self._jobs, self._processes = jobs, processes
        self._told = mmap.mmap(-1, len(Told) * jobs)
        self._counts = mmap.mmap(-1, len(Counted) * processes * _COUNT.size)

    def tell(self, told: Told, number: int) -> None:
        """Note what was told of a job."""
        self._told[told * self._jobs + number] = 1

    def knows(self, told: Told, number: int) -> bool:
        """Whether somebody was told so."""
        return bool(self._told[told * self._jobs + number])

    def is_answered(self, number: int) -> bool:
        """Whether somebody was told that the job is admitted, or refused."""
        return self.knows(Told.ADMITTED, number) or self.knows(Told.REFUSED, number)

    def how_many(self, told: Told) -> int:
        """Of how many jobs somebody was told so."""
        return self._told[told * self._jobs : (told + 1) * self._jobs].count(1)

    def numbers(self, told: Told) -> set[int]:
        """The jobs of which somebody was told so."""
        return {number for number in range(self._jobs) if self.knows(told, number)}

    def count(self, counted: Counted, process: int) -> None:
        """Count one more; each process has counters of its own."""
        place = (counted * self._processes + process) * _COUNT.size
        (before,) = _COUNT.unpack_from(self._counts, place)
        _COUNT.pack_into(self._counts, place, before + 1)

    def counted(self, counted: Counted) -> int:
        """What all processes counted together."""
        places = range(counted * self._processes, (counted + 1) * self._processes)
        return sum(_COUNT.unpack_from(self._counts, at * _COUNT.size)[0] for at in places)
