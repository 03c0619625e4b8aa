"""The serving process: pages, API and the worker in one, or each in a process of its own."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from django.conf import settings
from waitress.server import create_server

from praya.config.preparing import prepare, set_up

if TYPE_CHECKING:
    from praya.worker.loop import Worker

log = logging.getLogger("praya.serving")

THREADS = 8
# What is a little too large is answered by a page that says so; what is far too large is not
# taken in at all, or anybody could fill the disk with a form.
_BEYOND_AN_ATTACHMENT = 64 * 1024 * 1024
# So many objects more than were freed let the collector look for circles among them.
GARBAGE_LOOKED_FOR = 10_000


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    with_worker: bool = True,
    stop_jobs_on_exit: bool = False,
    when_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until TERM or INT; with a worker beside, unless another process has its seat.

    Jobs go on when Praya stops, and are found again when it starts, unless ``stop_jobs_on_exit``:
    then they are ended and settled first. ``when_ready`` is called with the address once
    connections are taken; port 0 takes any free one. Call it in the main thread.
    """
    prepare()
    from praya.config.wsgi import application  # noqa: PLC0415 -- made after the assets are there

    server = create_server(
        application,
        host=host,
        port=port,
        threads=THREADS,
        max_request_body_size=settings.PRAYA_ATTACHMENT_BYTES + _BEYOND_AN_ATTACHMENT,
        # Else waitress drops what the proxy says, and https would redirect to itself for ever.
        clear_untrusted_proxy_headers=not settings.PRAYA_TRUST_PROXY,
    )
    look_for_garbage_seldom()
    address = f"http://{host}:{server.effective_port}"
    log.info("serving on %s", address)
    if when_ready is not None:
        when_ready(address)
    _exit_on(signal.SIGTERM)
    with rounds_beside() if with_worker else nullcontext():
        try:
            server.run()  # until SystemExit or KeyboardInterrupt, which it takes as its end
        finally:
            server.close()
    if with_worker and stop_jobs_on_exit:
        stop_jobs_now()
    log.info("stopped")


def look_for_garbage_seldom() -> None:
    """Spare requests the collector's usual looks: it finds next to nothing in what they leave.

    What was loaded until now stays for the life of the process, and is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_LOOKED_FOR, 20, 20)


def run_worker() -> None:
    """Do the rounds until TERM or INT, in a process that serves nothing."""
    prepare()
    worker = _make_worker()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()


def rounds_beside() -> AbstractContextManager[Worker]:
    """The worker in a thread beside whoever calls, as long as the context lasts."""
    set_up()
    from praya.worker.loop import worker_beside  # noqa: PLC0415 -- after Django is set up
    from praya.worker.seat import Seat  # noqa: PLC0415 -- as above

    return worker_beside(Seat(Path(settings.PRAYA_HOME)))


def _make_worker() -> Worker:
    from praya.worker.loop import Worker  # noqa: PLC0415 -- after Django is set up
    from praya.worker.seat import Seat  # noqa: PLC0415 -- as above

    return Worker(Seat(Path(settings.PRAYA_HOME)))


def _exit_on(which: signal.Signals) -> None:
    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    if threading.current_thread() is threading.main_thread():
        signal.signal(which, leave)


def stop_jobs_now() -> None:
    """End every job and settle it; those that take too long are followed at the next start."""
    from django.db import connection  # noqa: PLC0415 -- after Django is set up

    from praya.worker.loop import stop_jobs  # noqa: PLC0415 -- as above

    # A query that Ctrl-C cut short still reads, and SQLite lets none write behind what it reads.
    connection.close()
    left = stop_jobs(patience_s=settings.PRAYA_JOB_GRACE_S + 10)
    if left:
        log.warning("still running: %s; they are followed when Praya starts again", left)
