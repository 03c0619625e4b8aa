"""Processes that press a button at once; told by the concurrency test.

There is a draft, which each of some processes submits, and a call, under which as many others begin
a draft. Printed is what each got, and what there is.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import django

django.setup()

from django.core.management import call_command
from tests.apps.applications.cases import begun, submit, written
from tests.at_once import at_once, at_the_start
from tests.factories import make_programme

from praya.apps.applications.models import Application, StageStay, Submission
from praya.apps.books.retrying import retrying

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OTHER = "other@lab.example"


def prepare() -> None:
    call_command("migrate", verbosity=0)
    make_programme(NOW)
    written(NOW)
    begun(NOW, email=OTHER)
    Application.objects.filter(lead__email=OTHER).update(draft_revision=1)


def submit_it() -> int:
    application = Application.objects.get(title="Reading old harbour maps")
    at_the_start()
    return retrying(lambda: submit(application, NOW)).pk


def begin_it() -> str:
    at_the_start()
    return retrying(lambda: begun(NOW, email=OTHER)).code


if __name__ == "__main__":
    prepare()
    clicks = int(sys.argv[1])
    told = at_once(*[(submit_it,)] * clicks, *[(begin_it,)] * clicks)
    seen = {
        "submitted": told[:clicks],
        "begun": told[clicks:],
        "there": [
            Submission.objects.count(),
            StageStay.objects.count(),
            Application.objects.count(),
        ],
    }
    sys.stdout.write(json.dumps(seen))
