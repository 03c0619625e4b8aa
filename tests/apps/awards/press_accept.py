"""Processes that act on awards at once; told by the concurrency test.

There are an offer, which each of some processes accepts, and two cases to decide, with money for
one of them. Printed is what each got, and what there is.
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
from tests.apps.applications.cases import lead_of
from tests.apps.awards.cases import decision_on, money, offered
from tests.apps.reviews.cases import reviewed
from tests.at_once import at_once, at_the_start
from tests.factories import make_programme

from praya.apps.applications.models import Application
from praya.apps.awards.commands import accept_award
from praya.apps.awards.models import Award, Decision, Member
from praya.apps.books.models import Entry
from praya.apps.books.queries import pool_numbers
from praya.apps.books.retrying import retrying
from praya.core.refusal import Refusal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TO_DECIDE = ("second@lab.example", "third@lab.example")


def prepare() -> None:
    call_command("migrate", verbosity=0)
    make_programme(NOW)
    money(NOW, "500000")  # two of three awards at HK$241,920.00
    offered(NOW)
    for email in TO_DECIDE:
        reviewed(NOW, email=email)


def accept() -> str:
    award = Award.objects.get()
    by = lead_of(award.application, NOW)
    at_the_start()
    done = retrying(lambda: accept_award(code=award.code, agreement_number=1, by=by, now=NOW))
    return done.state


def decide(email: str) -> str:
    application = Application.objects.get(lead__email=email)
    at_the_start()
    try:
        return retrying(lambda: decision_on(application, NOW)).outcome
    except Refusal as refusal:
        return refusal.code


def count() -> dict[str, object]:
    return {
        "commits": Entry.objects.filter(kind="commit").count(),
        "members": Member.objects.count(),
        "decisions": Decision.objects.count(),
        "free": [one.free for one in pool_numbers("pier")],
    }


if __name__ == "__main__":
    prepare()
    clicks = int(sys.argv[1])
    told = at_once(*[(accept,)] * clicks, *((decide, email) for email in TO_DECIDE))
    seen = {"accepted": told[:clicks], "decided": sorted(told[clicks:])}
    sys.stdout.write(json.dumps(seen | count()))
