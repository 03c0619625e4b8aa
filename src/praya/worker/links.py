"""The rounds on clusters with users of their own, in threads of their own for each cluster.

A cluster that hangs, or has a long silence to be read, holds up no other. On one cluster, what
awards may do goes beside what is read: its accounts may be read for minutes while an award is held
within seconds, and they are read while its controller is away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from praya.apps.enforcement.commands import (
    Comparison,
    Followed,
    check_again,
    compare_last_days,
    follow_cluster,
    read_accounts,
    watch_jobs,
)
from praya.apps.usage.commands import Received
from praya.core.execution.port import EngineUnavailable
from praya.worker.rounds import SLOW_S, Round

log = logging.getLogger("praya.worker")

LINK_S = 2


Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class _Asks(Protocol[Answer_co]):
    def __call__(self, *, code: str, now: datetime) -> Answer_co | None: ...


@dataclass
class Asking(Generic[Answer]):
    """Asks one cluster one thing in each round; that it is away is said once, until it answers."""

    code: str
    ask: _Asks[Answer]
    tell: Callable[[str, Answer], None] = lambda _code, _answer: None
    is_away: bool = False

    def __call__(self, now: datetime) -> None:
        """Ask; ``None`` says that it was not yet time, so nothing was asked."""
        try:
            answer = self.ask(code=self.code, now=now)
        except EngineUnavailable as outage:
            if not self.is_away:
                log.warning("cluster %s: %s; asked again each round", self.code, outage)
            self.is_away = True
            return
        if answer is not None:
            self.is_away = False
            self.tell(self.code, answer)


def lanes_of(code: str) -> tuple[tuple[Round, ...], ...]:
    """The rounds on a cluster. Those of one lane wait for each other, lanes do not.

    Accounts are read and compared in one lane, since both charge what was missed.
    """
    return (
        (Round(f"{code}: awards", LINK_S, Asking(code, follow_cluster, _tell_steps)),),
        (
            Round(f"{code}: accounts", LINK_S, Asking(code, read_accounts, _tell_charged)),
            Round(f"{code}: sums", SLOW_S, Asking(code, compare_last_days, _tell_differences)),
        ),
        (
            Round(f"{code}: jobs", LINK_S, Asking(code, watch_jobs)),
            Round(f"{code}: settings", SLOW_S, Asking(code, check_again, _tell_lost)),
        ),
    )


def _tell_steps(code: str, done: Followed) -> None:
    if done.steps or done.left:
        log.info("cluster %s: %s steps taken, %s left", code, done.steps, done.left)


def _tell_charged(code: str, received: Received) -> None:
    if received.charged:
        log.info("cluster %s: %s runs charged", code, received.charged)


def _tell_lost(code: str, lost: list[str]) -> None:
    if lost:
        log.warning("cluster %s: limits do not hold any more: %s", code, ", ".join(lost))


def _tell_differences(code: str, done: Comparison) -> None:
    if done.to_look_at:
        log.warning("cluster %s: %s sums and charges differ", code, done.to_look_at)
