"""The local engine: real processes on this machine's slots. Linux only."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from praya.engines.local.engine import LocalEngine

__all__ = ["LocalEngine"]


def __getattr__(name: str) -> type[LocalEngine]:
    """Load the engine when it is asked for: the shepherd passes through here and must be quick."""
    if name != "LocalEngine":
        raise AttributeError(name)
    from praya.engines.local.engine import LocalEngine  # noqa: PLC0415 -- as the docstring says

    return LocalEngine
