"""One process of many that press a button at once; told by the concurrency test.

``prepare`` makes a draft; ``begin`` and ``submit`` wait for the file ``go`` in the data directory,
act and print what they got; ``count`` prints what there is.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import django

django.setup()

from django.core.management import call_command
from tests.apps.applications.cases import begun, submit, written
from tests.factories import make_programme

from praya.apps.applications.models import Application, StageStay, Submission
from praya.apps.books.retrying import retrying

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OTHER = "other@lab.example"


def wait_to_go() -> None:
    go = Path(os.environ["PRAYA_HOME"]) / "go"
    while not go.exists():
        time.sleep(0.01)


def main(act: str) -> None:
    if act == "prepare":
        call_command("migrate", verbosity=0)
        make_programme(NOW)
        written(NOW)
        begun(NOW, email=OTHER)
        Application.objects.filter(lead__email=OTHER).update(draft_revision=1)
    elif act == "submit":
        application = Application.objects.get(title="Reading old harbour maps")
        wait_to_go()
        sys.stdout.write(f"{retrying(lambda: submit(application, NOW)).pk}\n")
    elif act == "begin":
        wait_to_go()
        sys.stdout.write(f"{retrying(lambda: begun(NOW, email=OTHER)).code}\n")
    else:
        counted = [
            Submission.objects.count(),
            StageStay.objects.count(),
            Application.objects.count(),
        ]
        sys.stdout.write(f"{json.dumps(counted)}\n")


main(sys.argv[1])
