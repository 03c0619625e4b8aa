"""The round that has forecasts answered, one at a time, in processes beside the worker."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from praya.apps.forecasts.commands import (
    begin_forecast,
    fail_forecast,
    finish_forecast,
    note_runs,
)
from praya.apps.forecasts.queries import Work, question_of
from praya.worker.forecast_child import ANSWER, PROGRESS, QUESTION

log = logging.getLogger("praya.worker")

_SAID_MAX = 2_000  # characters kept of what a failed process said


class Forecasting:
    """Follows the process that answers a forecast; a round only looks at it, and never waits."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._work: Work | None = None
        self._told = (0, 0)

    def follow(self, now: datetime) -> None:
        """Begin the next forecast, note how far the one under way is, or take its answer."""
        work = begin_forecast(now=now)
        if self._work is not None and (work is None or work.code != self._work.code):
            gone = folder_of(self._work.code)  # it was cancelled meanwhile
            self.stop()
            shutil.rmtree(gone, ignore_errors=True)
        if work is None:
            return
        if self._child is None:
            self._begin(work)
        elif self._child.poll() is None:
            self._note()
        else:
            self._end(now)

    def stop(self) -> None:
        """End the process under way; the next round may begin it again, where it was."""
        if self._child is not None and self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        if self._child is not None:
            self._child.wait()
            assert self._child.stdin is not None
            self._child.stdin.close()
        self._child = self._work = None

    def _begin(self, work: Work) -> None:
        folder = folder_of(work.code)
        _forget_others(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / QUESTION).write_text(json.dumps(question_of(work.code)), "utf-8")
        with (folder / "said.txt").open("wb") as said:
            self._child = subprocess.Popen(  # noqa: S603 -- our own module, our own folder
                [sys.executable, "-m", "praya.worker.forecast_child", str(folder)],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self._work, self._told = work, (0, 0)
        log.info("%s: being answered", work.code)

    def _note(self) -> None:
        assert self._work is not None
        path = folder_of(self._work.code) / PROGRESS
        if path.exists():
            done, number = json.loads(path.read_text("utf-8"))
            if (done, number) != self._told:
                self._told = done, number
                note_runs(code=self._work.code, done=done, number=number)

    def _end(self, now: datetime) -> None:
        assert self._work is not None
        assert self._child is not None
        code, status = self._work.code, self._child.returncode
        folder = folder_of(code)
        reason = "" if status == 0 else _said(folder) or f"status {status}"
        if not reason:
            told: dict[str, Any] = json.loads((folder / ANSWER).read_text("utf-8"))
            try:
                finish_forecast(
                    code=code, answer=told["answer"], schedules=told["schedules"], now=now
                )
            except (AssertionError, KeyError, TypeError, ValueError) as error:
                reason = repr(error)  # taken again it would break again
        if reason:
            fail_forecast(code=code, reason=reason, now=now)
            log.error("%s: failed with status %s: %s", code, status, reason)
        else:
            log.info("%s: answered", code)
        self.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_others(folder: Path) -> None:
    """Remove what forecasts left that are over: a worker may die before it removes their runs."""
    for one in folder.parent.glob("*"):
        if one != folder:
            shutil.rmtree(one, ignore_errors=True)


def _said(folder: Path) -> str:
    """The end of what a process said."""
    return (folder / "said.txt").read_text("utf-8", "replace").strip()[-_SAID_MAX:]


def folder_of(code: str) -> Path:
    """Where the process that answers a forecast keeps what it knows so far."""
    return Path(settings.PRAYA_HOME) / "forecasts" / code
