"""Measures pages of one scratch site: ``python -m benchmarks.pages large out.json``.

Each page goes through the whole of Django, middleware included, with a session of somebody who has
signed in, as it does on a served site: no debugging, templates kept, files collected. What is told
is CPU of this process (SQLite works in it, PostgreSQL does not), so that a busy machine disturbs
little.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django

WARM_UP = 3
REPETITIONS = 25


def main(scale: str, out: str, *only: str) -> None:
    """Measure and write; ``only`` names parts of names."""
    _stand_still()
    from benchmarks.addresses import addresses
    from praya.config.serving import look_for_garbage_seldom

    look_for_garbage_seldom()  # as a served site does
    repetitions = REPETITIONS if scale == "large" else 1
    chosen = [one for one in addresses() if not only or any(part in one.name for part in only)]
    measured = {one.name: measure(one, repetitions) for one in chosen}
    Path(out).write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def _stand_still() -> None:
    """Set Django up with the clock at the instant for which the site was made."""
    from benchmarks.seed.scale import NOW
    from praya.words import clock

    clock.now = lambda: NOW  # before anything else takes the function from there
    django.setup()
    from django.conf import settings

    assert not settings.DEBUG
    settings.SECURE_SSL_REDIRECT = False


def measure(address: Any, repetitions: int) -> dict[str, Any]:  # noqa: ANN401 -- an Address, imported late
    """Status, queries, bytes, and CPU of the middle and of the ninth in ten."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    if address.who is not None:
        client.force_login(address.who)
    for _ in range(WARM_UP):
        answer = client.get(address.path)
    with CaptureQueriesContext(connection) as queries:
        client.get(address.path)
        count = len(queries)  # the next request empties the log
    took = []
    for _ in range(repetitions):
        began = time.process_time()
        client.get(address.path)
        took.append((time.process_time() - began) * 1000)
    took.sort()
    return {
        "path": address.path,
        "is_list": address.is_list,
        "status": answer.status_code,
        "queries": count,
        "cpu_ms": round(statistics.median(took), 1),
        "cpu_ms_p90": round(took[int(len(took) * 0.9)], 1),
        "bytes": len(answer.content),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
