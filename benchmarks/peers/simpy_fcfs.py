"""A plain FCFS in SimPy: ``python simpy_fcfs.py JOBS.csv SLOTS OUT.csv``.

Jobs are lines of submit,run,slots. Prints CPU seconds of the simulation; writes a start a line.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path

import simpy


def main(jobs: str, slots: str, out: str) -> None:
    """Simulate and write."""
    lines = [tuple(map(int, line.split(","))) for line in Path(jobs).read_text().split()]
    began = time.process_time()
    starts = simulate(lines, int(slots))
    took = time.process_time() - began
    Path(out).write_text("".join(f"{start}\n" for start in starts))
    print(took)


def simulate(jobs: list[tuple[int, int, int]], free: int) -> list[int]:
    """The starts: whoever comes or ends looks whether the head of the queue fits."""
    environment = simpy.Environment()
    starts = [0] * len(jobs)
    queue: deque[int] = deque()

    def serve() -> None:
        nonlocal free
        while queue and jobs[queue[0]][2] <= free:
            number = queue.popleft()
            free -= jobs[number][2]
            starts[number] = environment.now
            environment.process(work(number))

    def work(number: int):  # noqa: ANN202 -- a process of SimPy
        nonlocal free
        yield environment.timeout(jobs[number][1])
        free += jobs[number][2]
        serve()

    def arrive():  # noqa: ANN202 -- as above
        for number, (submit, _run, _slots) in enumerate(jobs):
            yield environment.timeout(submit - environment.now)
            queue.append(number)
            serve()

    environment.process(arrive())
    environment.run()
    return starts


if __name__ == "__main__":
    main(*sys.argv[1:])
