"""Engines for tests, each named for its temper. Jobs run in a dictionary; the test moves time.

engine = ObedientEngine(now)
engine.start(order); engine.pass_time(60); engine.end("J-000001.1")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from praya.core.execution.port import (
    AnotherOrder,
    EngineUnavailable,
    JobOrder,
    JobReport,
    JobState,
    NotEnded,
)


class ObedientEngine:
    """Does what it is told at once; a job that passes its limit is ended when anybody looks."""

    def __init__(self, now: datetime) -> None:
        self.clock = int(now.timestamp())
        self.orders: dict[str, JobOrder] = {}
        self.reports: dict[str, JobReport] = {}

    def start(self, order: JobOrder) -> None:
        known = self.orders.setdefault(order.key, order)
        if known != order:
            raise AnotherOrder(order.key)
        if order.key not in self.reports:
            self.reports[order.key] = JobReport(order.key, JobState.RUNNING, self.clock)

    def poll(self, keys: Iterable[str]) -> dict[str, JobReport]:
        for key, order in self.orders.items():
            report = self.reports.get(key)
            if report and report.state is JobState.RUNNING:
                late = self.clock - (report.started_at or 0) >= order.time_limit_s
                if late:
                    self.end(key, JobState.TIMED_OUT, after_s=order.held_s_max)
        return {key: self.reports.get(key, JobReport(key, JobState.ABSENT)) for key in keys}

    def cancel(self, key: str) -> None:
        report = self.reports.get(key)
        if report and not report.state.is_final:
            self.end(key, JobState.CANCELLED)

    def forget(self, key: str) -> None:
        if key in self.reports and not self.reports[key].state.is_final:
            raise NotEnded(key)
        self.reports.pop(key, None)
        self.orders.pop(key, None)

    def pass_time(self, seconds: int) -> None:
        self.clock += seconds

    def end(
        self,
        key: str,
        state: JobState = JobState.COMPLETED,
        *,
        after_s: int | None = None,
        exit_code: int | None = None,
    ) -> None:
        """The job is over, now or some seconds after it began."""
        report = self.reports[key]
        began = report.started_at
        assert began is not None, report
        ended_at = self.clock if after_s is None else began + after_s
        code = 0 if state is JobState.COMPLETED else exit_code
        self.reports[key] = replace(
            report, state=state, ended_at=max(ended_at, began + 1), exit_code=code
        )


class SlowEngine(ObedientEngine):
    """Takes an order and lets nothing run until it is hurried."""

    def start(self, order: JobOrder) -> None:
        known = self.orders.setdefault(order.key, order)
        if known != order:
            raise AnotherOrder(order.key)
        self.reports.setdefault(order.key, JobReport(order.key, JobState.STARTING))

    def cancel(self, key: str) -> None:
        report = self.reports.get(key)
        if report and report.state is JobState.STARTING:
            self.reports[key] = JobReport(key, JobState.CANCELLED)
        else:
            super().cancel(key)

    def hurry(self) -> None:
        for key, report in self.reports.items():
            if report.state is JobState.STARTING:
                self.reports[key] = JobReport(key, JobState.RUNNING, self.clock)


class ForgetfulEngine(ObedientEngine):
    """Forgets everything when the test says so."""

    def lose_memory(self) -> None:
        self.orders.clear()
        self.reports.clear()


class LyingEngine(ObedientEngine):
    """Says that jobs began before they were submitted and ended in the future."""

    def poll(self, keys: Iterable[str]) -> dict[str, JobReport]:
        lie = 10_000
        return {
            key: replace(
                report,
                started_at=report.started_at - lie if report.started_at else None,
                ended_at=report.ended_at + lie if report.ended_at else None,
            )
            for key, report in super().poll(keys).items()
        }


class DownEngine(ObedientEngine):
    """Cannot be reached while ``is_down``."""

    is_down = True

    def start(self, order: JobOrder) -> None:
        self._answer()
        super().start(order)

    def poll(self, keys: Iterable[str]) -> dict[str, JobReport]:
        self._answer()
        return super().poll(keys)

    def cancel(self, key: str) -> None:
        self._answer()
        super().cancel(key)

    def forget(self, key: str) -> None:
        self._answer()
        super().forget(key)

    def _answer(self) -> None:
        if self.is_down:
            raise EngineUnavailable("the controller does not answer")
