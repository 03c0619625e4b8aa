"""Finding the engines that are installed, by the entry point group ``praya.engines``."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from praya.core.execution.port import Engine

GROUP = "praya.engines"


def engine_names() -> tuple[str, ...]:
    """Names of the installed engines, without loading any."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def engines_by_name() -> dict[str, Callable[..., Engine]]:
    """The installed engines, loaded; each is called with its own settings to get an engine.

    Two packages that claim one name are a fault of the installation and refused by assertion.
    """
    found: dict[str, Callable[..., Engine]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        engine = point.load()
        assert found.get(point.name, engine) is engine, f"two engines are called {point.name}"
        found[point.name] = engine
    return found
