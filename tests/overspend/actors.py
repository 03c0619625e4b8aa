"""The processes of a site under test: ``python -m tests.overspend.actors ROLE …``, answers in JSON.

``seed`` makes the site, ``submit`` tries to run jobs in many processes, ``wait`` runs one until a
file is there, ``cancel-waiting`` ends those that wait, ``serve`` serves with the worker beside it,
``state`` tells how jobs and book stand, ``until`` does so once a job is in a state, or none is
alive.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from typing import Any

from praya.config.preparing import prepare, set_up
from praya.config.serving import serve

HOUR = 3600
WAIT_S_MAX = 400
LOOK_S = 0.2


def seed(hours: str) -> dict[str, str]:
    """A site with an award of so many card-hours, and a session of its lead."""
    prepare()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from tests.awarding import Given, active_award, make_site

    from praya.words import clock

    now = clock.now()
    first, last = date(now.year, 1, 1), date(now.year + 1, 12, 31)
    make_site(
        now,
        effective_on=first,
        period={"from": first, "to": last},
        prices=[{"device_model": "nvidia-h800", "per_card_hour": 30, "valid_from": first}],
        device_models=_models(),
        calls=[{"code": "rolling", "title": {"en": "Call"}, "kind": "rolling", "opens_on": first}],
    )
    given = Given(hours=int(hours), first_on=first, last_on=last)
    award = active_award(now, lines=[given])
    session = SessionStore()
    session[SESSION_KEY] = str(award.lead_id)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = award.lead.get_session_auth_hash()
    session.create()
    return {"award": award.code, "session": str(session.session_key)}


def submit(*counts: str) -> list[dict[str, list[Any]]]:
    """What as many processes as there are counts have got."""
    set_up()
    from tests.at_once import at_once

    return at_once(*((_submit, who, int(count)) for who, count in enumerate(counts)))


def _submit(who: int, count: int) -> dict[str, list[Any]]:
    """Try so many jobs of one card for an hour, one after another."""
    from tests.at_once import at_the_start
    from tests.awarding import lead_of

    from praya.apps.awards.models import Award
    from praya.apps.usage.commands import submit_job
    from praya.core.refusal import Refusal
    from praya.words import clock

    award = Award.objects.get()
    by = lead_of(award, clock.now())
    admitted, refused = [], []
    at_the_start()
    for number in range(count):
        try:
            job = submit_job(
                award_code=award.code,
                cards=1,
                time_limit_s=HOUR,
                argv=["true"],
                key=f"{who}-{number}",
                by=by,
                now=clock.now(),
            )
        except Refusal as refusal:
            numbers = ("asked", "free", "in_flight", "settled", "committed")
            refused.append([refusal.code, *(refusal.facts[name] for name in numbers)])
        else:
            admitted.append(job.code)
    return {"admitted": admitted, "refused": refused}


def wait(gate: str) -> str:
    """Admit a job that runs until a file is there; its code."""
    set_up()
    from tests.awarding import lead_of

    from praya.apps.awards.models import Award
    from praya.apps.usage.commands import submit_job
    from praya.words import clock

    award = Award.objects.get()
    job = submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=HOUR,
        argv=["sh", "-c", 'until [ -e "$0" ]; do sleep 0.05; done', gate],
        key=gate,
        by=lead_of(award, clock.now()),
        now=clock.now(),
    )
    return job.code


def cancel_waiting() -> list[str]:
    """End every job that waits, in the name of the lead; their codes."""
    set_up()
    from tests.awarding import lead_of

    from praya.apps.awards.models import Award
    from praya.apps.usage.commands import cancel_job
    from praya.apps.usage.models import Job
    from praya.words import clock

    by = lead_of(Award.objects.get(), clock.now())
    waiting = list(Job.objects.filter(state="waiting").values_list("code", flat=True))
    for code in waiting:
        cancel_job(code=code, by=by, now=clock.now())
    return waiting


def state() -> dict[str, Any]:
    """Jobs, holds, charges and the four numbers; the book is proved entry by entry first."""
    set_up()
    from django.db.models import Sum

    from praya.apps.books.models import Hold
    from praya.apps.books.queries import line_numbers, trial_balance, verify_book
    from praya.apps.usage.models import Charge, Job
    from praya.apps.usage.queries import jobs_alive

    lines = line_numbers(["PIR-0001.1"])["PIR-0001.1"]
    return {
        "alive": jobs_alive(),
        "jobs": dict(Job.objects.order_by("id").values_list("code", "state")),
        "open_holds": list(Hold.objects.filter(state="open").values_list("key", flat=True)),
        "charged_s": Charge.objects.aggregate(sum=Sum("card_seconds"))["sum"] or 0,
        "charges": Charge.objects.count(),
        "charged": list(Charge.objects.values_list("usage__job__code", "card_seconds")),
        "time": [lines[0].settled, lines[0].in_flight, lines[0].committed, lines[0].free],
        "is_zero": trial_balance("pier").is_zero,
        "wrong": [str(finding) for finding in verify_book("pier")[1]],
    }


def until(standing: str) -> dict[str, Any]:
    """The state once some job stands so; ``settled``: once none is alive any more."""
    set_up()
    from praya.apps.usage.models import Job
    from praya.apps.usage.queries import jobs_alive

    def is_so() -> bool:
        settled = standing == "settled"
        return not jobs_alive() if settled else Job.objects.filter(state=standing).exists()

    ends_at = time.monotonic() + WAIT_S_MAX
    while not is_so():
        assert time.monotonic() < ends_at, state()
        time.sleep(LOOK_S)
    return state()


def _models() -> list[dict[str, Any]]:
    peak = [{"precision": "bf16", "dense_tflops": 989.4, "source": "NVIDIA H100 data sheet"}]
    model = {"code": "nvidia-h800", "vendor": "NVIDIA", "name": "H800", "memory_gib": 80}
    return [model | {"peak": peak}]


def main() -> None:
    """Play one role."""
    role, *arguments = sys.argv[1:]
    if role == "serve":
        serve(port=0, when_ready=say, stop_jobs_on_exit="stop-jobs" in arguments)
    else:
        roles = {"seed": seed, "submit": submit, "wait": wait, "state": state, "until": until}
        roles["cancel-waiting"] = cancel_waiting
        say(json.dumps(roles[role](*arguments)))


def say(line: str) -> None:
    """Answer whoever began this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
