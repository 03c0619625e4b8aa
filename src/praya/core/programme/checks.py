"""Checks of several fields of a programme file, each with the fields it looks at.

A check runs when none of its fields is missing or wrong by itself, so one slip does not set off a
row of others, and a slip elsewhere hides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import Fault

Check = Callable[[ProgrammeRules], Iterator[Fault]]
At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Needing:
    """A check and the fields it needs, ``*`` for any position in a list."""

    check: Check
    needs: tuple[tuple[str, ...], ...]

    def needs_any(self, wrong: Sequence[At]) -> bool:
        """Whether a wrong field is a needed one, stands inside it, or holds it."""
        return any(_touches(need, at) for need in self.needs for at in wrong)


class Checks(list[Needing]):
    """The checks of one module, in order."""

    def needs(self, *fields: str) -> Callable[[Check], Check]:
        """Enter a check in the list, with the fields it looks at."""

        def enter(check: Check) -> Check:
            self.append(Needing(check, tuple(tuple(name.split(".")) for name in fields)))
            return check

        return enter


def _touches(need: tuple[str, ...], at: At) -> bool:
    return all(want in ("*", step) for want, step in zip(need, at, strict=False))
