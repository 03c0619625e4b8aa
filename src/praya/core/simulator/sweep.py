"""Many seeds in parallel, each answer kept: an interrupted sweep goes on where it was.

Local processes run them. A ``Spread`` of another kind (``praya.core.simulator.on_ray``) takes their
place unchanged where there are more machines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

Answer = Mapping[str, Any]
Task = Callable[[int], Answer]
Take = Callable[[int, Answer], None]


class Spread(Protocol):
    """Who runs a task for many seeds."""

    def __call__(self, task: Task, seeds: Sequence[int], take: Take) -> None:
        """Give ``take`` each seed's answer as soon as it is known, here, in any order.

        What ``take`` or a task raises ends all: what has not begun is not run any more.
        """


def fingerprint(text: str | bytes) -> str:
    """What tells the inputs of one sweep from those of another."""
    return sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()[:16]


def fingerprint_of(*folders: Path) -> str:
    """What tells the Python in these folders from what it was, or will be."""
    found = sha256()
    for folder in folders:
        for source in sorted(folder.rglob("*.py")):
            found.update(f"{source.relative_to(folder)}\n".encode() + source.read_bytes())
    return found.hexdigest()[:16]


def sweep(  # noqa: PLR0913 -- the facts of one sweep, by name
    task: Task,
    seeds: Iterable[int],
    *,
    folder: Path | None = None,
    inputs: str = "",
    processes: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    spread: Spread | None = None,
) -> dict[int, Answer]:
    """The answer of ``task`` for each seed, in the order of the seeds.

    ``task`` must be a function that processes can be sent, and its answers must be JSON. With a
    ``folder``, each answer is written there as soon as it is known, and seeds whose answer is there
    already, of the same ``inputs`` and as it was written, are not run again.
    """
    wanted = list(dict.fromkeys(seeds))
    known = {seed: answer for seed in wanted if (answer := _kept(folder, inputs, seed)) is not None}
    missing = [seed for seed in wanted if seed not in known]
    progress(len(known), len(wanted))

    def take(seed: int, answer: Answer) -> None:
        known[seed] = answer
        if folder is not None:
            _keep(folder, inputs, seed, answer)
        progress(len(known), len(wanted))

    if missing:
        (spread or in_processes(processes))(task, missing, take)
    return {seed: known[seed] for seed in wanted}


def in_processes(number: int) -> Spread:
    """So many processes of this machine; 1 is this one."""

    def spread(task: Task, seeds: Sequence[int], take: Take) -> None:
        if number == 1:
            for seed in seeds:
                take(seed, task(seed))
            return
        # Forked processes would inherit whatever the caller holds; spawned ones begin clean.
        context = get_context("spawn")
        with ProcessPoolExecutor(min(number, len(seeds)), mp_context=context) as pool:
            running = {pool.submit(task, seed): seed for seed in seeds}
            try:
                for future in as_completed(running):
                    take(running[future], future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    return spread


def _path(folder: Path, seed: int) -> Path:
    return folder / f"seed-{seed}.json"


def _kept(folder: Path | None, inputs: str, seed: int) -> Answer | None:
    """The answer that lies in the folder, if it is as it was written and of the same inputs."""
    if folder is None or not _path(folder, seed).exists():
        return None
    first, _, answer = _path(folder, seed).read_text("utf-8", "replace").partition("\n")
    found: Answer | None = json.loads(answer) if first == _told(inputs, answer) else None
    return found


def _told(inputs: str, answer: str) -> str:
    """The line above an answer, which holds of no other."""
    return json.dumps({"inputs": inputs, "answer": fingerprint(answer)})


def _keep(folder: Path, inputs: str, seed: int, answer: Answer) -> None:
    """Write an answer whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, seed)
    beside = path.with_suffix(".part")
    text = json.dumps(dict(answer))
    beside.write_text(f"{_told(inputs, text)}\n{text}", "utf-8")
    beside.replace(path)
