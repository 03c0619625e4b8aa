"""The engine port on real processes of this machine.

The engine keeps nothing in memory: all that is known of a job is in ``home/jobs/<key>/`` and in the
kernel. So any number of engines may look at one home, one after the other or at once.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import praya
from praya.core.execution.port import (
    LONGEST_CHARACTER,
    AnotherOrder,
    EngineUnavailable,
    JobState,
    NotEnded,
    Output,
    is_key,
    whole_characters,
)
from praya.engines.local.documents import flush_folder, write_whole
from praya.engines.local.environment import job_environment, path_with_python
from praya.engines.local.folder import JobFolder, is_alive, make_folders, order_document
from praya.engines.local.processes import kill_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from praya.core.execution.port import JobOrder, JobReport

OUTPUT_BYTES_MAX = 64 * 1024 * 1024
USER_SETTING = "PRAYA_LOCAL_JOB_USER"
_LAUNCH_S_MAX = 30
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from praya.engines.local.shepherd import main; sys.exit(main(sys.argv[2]))"
)
_ORPHANS_S_MAX = 2


class LocalEngine:
    """Runs jobs as processes, each tended by a shepherd of its own that outlives Praya.

    ``around`` is the environment from which language, time zone and ``PATH`` are handed down, and
    where ``PRAYA_LOCAL_JOB_USER`` names the user that jobs run as when Praya runs as root. Whether
    slots are free is the scheduler's business: the engine starts what it is told to.
    """

    def __init__(
        self,
        home: Path | str,
        *,
        around: Mapping[str, str] = os.environ,
        output_bytes_max: int = OUTPUT_BYTES_MAX,
    ) -> None:
        """Look at ``home``; nothing is made there before the first start."""
        self.home = Path(home).absolute()
        self._around = around
        self._output_bytes_max = output_bytes_max

    # -- Engine ------------------------------------------------------------------------------

    def start(self, order: JobOrder) -> None:
        """See ``Engine.start``. An order that is kept but was never claimed is launched again."""
        folder = self._folder(order.key)
        with disk_at_hand("start"):
            user = self._user()
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                make_folders(folder.path, user=user)
                kept = folder.order()
                if kept is None:
                    self._keep(order, folder, user=user)
                elif kept != order:
                    raise AnotherOrder(order.key)
                if folder.read("claim") is None:
                    _launch(folder.path)

    def poll(self, keys: Iterable[str]) -> dict[str, JobReport]:
        """See ``Engine.poll``."""
        with disk_at_hand("poll"):
            return {key: self._report(self._folder(key)) for key in keys}

    def cancel(self, key: str) -> None:
        """See ``Engine.cancel``."""
        folder = self._folder(key)
        with disk_at_hand("cancel"):
            if folder.order() is None:
                return
            # The marker first: a shepherd that is just being born looks for it after its claim.
            (folder.path / "cancel").touch(mode=0o600)
            claim = folder.read("claim")
            if claim is not None:
                _nudge(claim)

    def forget(self, key: str) -> None:
        """See ``Engine.forget``. The folder is moved aside first, so no crash leaves half a job."""
        folder = self._folder(key)
        with disk_at_hand("forget"):
            if not folder.exists():
                return
            with self._alone():
                report = self._report(folder)
                if not report.state.is_final and report.state is not JobState.ABSENT:
                    raise NotEnded(key)
                aside = self.home / "forgotten"
                aside.mkdir(mode=0o700, exist_ok=True)
                folder.path.rename(aside / f"{key}.{secrets.token_hex(4)}")
                _sweep(aside)

    # -- FollowsOutput -----------------------------------------------------------------------

    def output(self, key: str, *, offset: int, limit: int) -> Output:
        """See ``FollowsOutput.output``."""
        assert offset >= 0, offset
        assert limit >= LONGEST_CHARACTER, limit
        folder = self._folder(key)
        with disk_at_hand("output"):
            # Before reading: what ended before is whole when it is read after.
            over = self._report(folder).state.is_final
            try:
                with (folder.path / "output.log").open("rb") as file:
                    file.seek(offset)
                    content = file.read(limit)
                    size = os.fstat(file.fileno()).st_size
            except FileNotFoundError:
                return Output(b"", next_offset=offset, size=0, ended=over)
        if not (over and offset + len(content) >= size):
            content = whole_characters(content)
        next_offset = offset + len(content)
        return Output(content, next_offset, size, ended=over and next_offset >= size)

    # ----------------------------------------------------------------------------------------

    def _folder(self, key: str) -> JobFolder:
        if not is_key(key):  # not an assertion: the key becomes a path
            raise ValueError(key)
        return JobFolder(self.home / "jobs" / key, key)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or forget at a time on this home; the kernel lets go if the holder dies."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.home / "lock", flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _user(self) -> dict[str, Any] | None:
        name = self._around.get(USER_SETTING)
        if not name:
            return None
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise EngineUnavailable(f"{USER_SETTING}: there is no user {name!r}") from None
        if entry.pw_uid == os.geteuid():
            return None
        if os.geteuid() != 0:
            raise EngineUnavailable(f"{USER_SETTING}: only root can run jobs as {name!r}")
        return {"name": name, "uid": entry.pw_uid, "gid": entry.pw_gid}

    def _keep(self, order: JobOrder, folder: JobFolder, *, user: dict[str, Any] | None) -> None:
        work = str(folder.path / "work")
        environment = job_environment(
            order,
            around=self._around,
            path=path_with_python(self._around.get("PATH", "")),
            work=work,
            temporary=str(folder.path / "tmp"),
            mark=secrets.token_hex(16),
        )
        run = {
            "argv": list(order.argv),
            "script": order.script,
            "directory": order.directory or work,
            "environment": environment,
            "time_limit_s": order.time_limit_s,
            "grace_s": order.grace_s,
            "output_bytes_max": self._output_bytes_max,
            "user": user,
        }
        document = {"order": order_document(order), "run": run}
        flush_folder(str(folder.path.parent))
        write_whole(str(folder.path / "order.json"), document)

    def _report(self, folder: JobFolder) -> JobReport:
        report = folder.report()
        if report is not None:
            return report
        lost = folder.lost_report()
        if _end_orphans(folder):
            return lost
        # Its processes cannot be ended yet, so its slots are not free: it is not over.
        return replace(lost, state=JobState.RUNNING, ended_at=None)


def _launch(path: Path) -> None:
    """Leave a shepherd in the folder; comes back when it has claimed it."""
    source = Path(praya.__file__).parents[1]
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT, str(source), str(path)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and file, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_LAUNCH_S_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineUnavailable("start: the shepherd did not answer") from None
    if done.returncode != 0:
        raise EngineUnavailable(f"start: {done.stderr.decode(errors='replace').strip()}")


def _nudge(claim: dict[str, Any]) -> None:
    """Wake the shepherd so that it looks at once; it would look within a second anyway."""
    try:
        descriptor = os.pidfd_open(claim["pid"])
    except ProcessLookupError:
        return
    try:
        # Looked at while held: the number cannot pass to another process in between.
        if is_alive(claim):
            signal.pidfd_send_signal(descriptor, signal.SIGUSR1)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)


def _end_orphans(folder: JobFolder) -> bool:
    """End what a lost job left running; whether nothing of it is left."""
    until = time.monotonic() + _ORPHANS_S_MAX
    while orphans := folder.orphans():
        if time.monotonic() > until:
            return False
        for pid in orphans:
            kill_one(pid)
        time.sleep(0.01)
    return True


def _sweep(aside: Path) -> None:
    """Remove what was moved aside, now or by a forget that was cut short."""
    for path in aside.iterdir():
        shutil.rmtree(path, onerror=_make_writable)


def _make_writable(remove: Any, path: str, error: Any) -> None:  # noqa: ANN401 -- rmtree's own
    if os.geteuid() == 0:
        # Root needs no leave; and where jobs run as another user, the name may lead out by now.
        raise error[1]
    Path(path).parent.chmod(0o700)
    remove(path)


@contextmanager
def disk_at_hand(doing: str) -> Iterator[None]:
    """Turn a failing disk or process table into an outage that names what failed."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        raise EngineUnavailable(f"{doing}: {error}") from error
