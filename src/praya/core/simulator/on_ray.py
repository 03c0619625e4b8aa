"""Sweeps on a Ray cluster (the optional extra ``praya[ray]``), in place of local processes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from praya.core.simulator.sweep import Spread, Take, Task


class RayMissing(Exception):  # noqa: N818 -- the caller says what to install
    """Ray is not installed."""


def in_ray(address: str | None = None) -> Spread:
    """Seeds as Ray tasks, on the cluster at an address; without one, as Ray finds or begins it.

    Raises:
        RayMissing: it is not installed.

    """
    try:
        ray: Any = import_module("ray")
    except ImportError as error:
        raise RayMissing from error

    def spread(task: Task, seeds: Sequence[int], take: Take) -> None:
        begun_here = not ray.is_initialized()
        if begun_here:
            ray.init(address=address, log_to_driver=False, include_dashboard=False)
        try:
            kept = ray.put(task)
            one = ray.remote(_run)
            waiting = {one.remote(kept, seed): seed for seed in seeds}
            try:
                while waiting:
                    [ready], _ = ray.wait(list(waiting), num_returns=1)
                    take(waiting.pop(ready), ray.get(ready))
            finally:
                for left in waiting:
                    ray.cancel(left)
        finally:
            if begun_here:
                ray.shutdown()

    return spread


def _run(task: Task, seed: int) -> Any:  # noqa: ANN401 -- what JSON holds
    return task(seed)
