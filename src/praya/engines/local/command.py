"""The forked child of a shepherd, on its way to become the ordered command."""

from __future__ import annotations

import os
import signal

from praya.engines.local.processes import die_with_parent

TYPE_CHECKING = False  # typing itself would take a third of the shepherd's start
if TYPE_CHECKING:
    from typing import Any

NOT_FOUND, NOT_RUNNABLE = 127, 126  # exit codes as shells give them
# What the shepherd hears itself or, being Python, ignores; a job takes them as any program does.
_AS_USUAL = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGCHLD,
    signal.SIGPIPE,
    signal.SIGXFSZ,
)


def become_the_job(
    script: str, run: dict[str, object], *, ready: int, held: int, output: int
) -> None:
    """In the forked child: become the ordered command. Never returns.

    It says on ``ready`` when signals to its group reach it as they would reach the command, then
    waits on ``held`` to be let go.
    """
    code = NOT_RUNNABLE
    try:
        os.setsid()
        shepherd = os.getppid()
        null = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, null), (1, output), (2, output)):
            os.dup2(source, target)
        for number in _AS_USUAL:
            signal.signal(number, signal.SIG_DFL)
        argv = command_of(script, run)
        become_user(run["user"])
        # After the change of user, which would clear it. Then look whether it came too late.
        die_with_parent()
        os.write(ready, b".")
        if os.getppid() != shepherd or os.read(held, 1) != b".":
            os._exit(NOT_RUNNABLE)
        code = run_here(argv, directory=str(run["directory"]), environment=run["environment"])
    except BaseException as error:  # noqa: BLE001 -- the child must not go on as a second shepherd
        os.write(2, f"[praya] the job could not be prepared: {error}\n".encode())
    os._exit(code)


def run_here(argv: list[str], *, directory: str, environment: Any) -> int:  # noqa: ANN401 -- JSON
    """Enter the directory and run the command; comes back, with an exit code, if that fails."""
    try:
        os.chdir(directory)
    except OSError as error:
        os.write(2, f"[praya] cannot enter {directory!r}: {error.strerror}\n".encode())
        return NOT_RUNNABLE
    try:
        os.execvpe(argv[0], argv, environment)  # noqa: S606 -- no shell is the point
    except FileNotFoundError:
        os.write(2, f"[praya] command not found: {argv[0]!r}\n".encode())
        return NOT_FOUND
    except (OSError, ValueError) as error:
        os.write(2, f"[praya] cannot run {argv[0]!r}: {error}\n".encode())
    return NOT_RUNNABLE


def command_of(script: str, run: dict[str, Any]) -> list[str]:
    """The command line; a script is written out first and run through its own first line."""
    argv = list(run["argv"])
    if run["script"] is None:
        return argv
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    with open(os.open(script, flags, 0o700), "w", encoding="utf-8", newline="") as file:
        file.write(run["script"])
    if run["user"] is not None:
        os.chown(script, run["user"]["uid"], run["user"]["gid"])
    return [script, *argv] if run["script"].startswith("#!") else ["/bin/sh", script, *argv]


def become_user(user: Any) -> None:  # noqa: ANN401 -- JSON
    """Give up root for the job's user, where one is named."""
    if user is not None:
        os.initgroups(user["name"], user["gid"])
        os.setgid(user["gid"])
        os.setuid(user["uid"])
