"""How the kernels of the full model are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile, keep the code beside the module, and count no references.

    All arrays belong to the caller of the outermost kernel, so counting who holds them, at every
    call of one kernel by another, would only cost: two thirds of the time, as it was measured.
    Therefore no kernel may make an array.
    """
    return _compiled(function, inline=False)


def small(function: F) -> F:
    """A kernel whose code is laid into every caller: it does less than a call would cost."""
    return _compiled(function, inline=True)


def _compiled(function: F, *, inline: bool) -> F:
    compiled = cast("Any", njit)(cache=True, nogil=True, _nrt=False, forceinline=inline)(function)
    return cast("F", compiled)
