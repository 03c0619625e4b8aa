"""A scratch site with awards and a linked Slurm, and the rounds that hold it and read it."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from tests.awarding import Given, active_award, make_site
from tests.factories import make_admin

from benchmarks.sites import say
from praya.apps.awards.models import Award, Member
from praya.apps.awards.rules import MemberRole
from praya.apps.books.models import Book
from praya.apps.books.queries import verify_book
from praya.apps.enforcement.commands import (
    follow_cluster,
    link_cluster,
    read_accounts,
    start_enforcing,
)
from praya.apps.enforcement.models import Link
from praya.apps.people.models import Person, UnixName
from praya.apps.programmes.models import Programme
from praya.apps.usage.models import SetAside, UsageRecord
from praya.core.execution.accounting import TURN_S
from praya.core.execution.port import EngineUnavailable

CODE, PEOPLE_MIN = "harbour", 20
H800_HOURS, ASCEND_HOURS = 500, 300
ROUNDS_MAX = 20


def prepare(awards: int, members: int) -> dict[str, Any]:
    """Awards with their members, and the cluster of ``SLURM_CONF`` linked and held."""
    call_command("migrate", verbosity=0)
    now = _now()
    programme = make_site(now)
    people = [
        Person.objects.create_user(f"person{number}@pier.example", name=f"Person {number}")
        for number in range(max(PEOPLE_MIN, awards))
    ]
    UnixName.objects.bulk_create(
        UnixName(person=person, name=f"person{number}", set_at=now)
        for number, person in enumerate(people)
    )
    for number in range(awards):
        _award(programme, people, number, members)
    by, conf = make_admin(now), os.environ["SLURM_CONF"]
    said = {"ascend910b": "ascend-910b"}
    link_cluster(code=CODE, name="Harbour", conf=conf, said=said, by=by, now=now)
    start_enforcing(code=CODE, by=by, now=now)
    return {"awards": Award.objects.count()}


def _award(programme: Programme, people: Sequence[Person], lead: int, members: int) -> None:
    """An accepted award of one person, with those who come next as its members."""
    now = _now()
    award = active_award(now, lines=_lines(now), programme=programme, lead=people[lead].email)
    others = (people[(lead + 1 + step) % len(people)] for step in range(members - 1))
    Member.objects.bulk_create(
        Member(award=award, person=person, role=MemberRole.MEMBER.value, since=now)
        for person in others
    )


def accept(members: int) -> dict[str, Any]:
    """One award more, brought to the cluster from the instant at which it was accepted."""
    people = [*Person.objects.filter(unix__isnull=False).order_by("id")[:PEOPLE_MIN]]
    _award(Programme.objects.get(), people, 0, members)
    return follow()


def _lines(now: datetime) -> list[Given]:
    first_on, last_on = now.date() - timedelta(days=300), now.date() + timedelta(days=60)
    h800 = Given(hours=H800_HOURS, first_on=first_on, last_on=last_on)
    return [h800, replace(h800, hours=ASCEND_HOURS, device_model="ascend-910b")]


def follow() -> dict[str, Any]:
    """The cluster brought to what is wanted, in as many rounds as it takes; looked at in any case.

    Slurm may need a moment until what it took stands everywhere, so the rounds are told apart.
    """
    Link.objects.update(looked_at=None)
    began, used = time.monotonic(), _Used()
    steps = rounds = 0
    while rounds < ROUNDS_MAX:
        followed = follow_cluster(code=CODE, now=_now())
        rounds += followed is not None
        steps += followed.steps if followed is not None else 0
        if not Link.objects.get().left:
            break
        time.sleep(1)
    assert not Link.objects.get().left, Link.objects.get().left[:3]
    return {"wall_s": round(time.monotonic() - began, 2), "steps": steps, "rounds": rounds} | {
        "praya_cpu_s": used.own(),
        "programs_cpu_s": used.programs(),
    }


def take(since: int) -> dict[str, Any]:
    """All that was used since then, read and charged; the book is proved afterwards."""
    Link.objects.update(charged_since=datetime.fromtimestamp(since, UTC), read_until=None)
    began, used = time.monotonic(), _Used()
    charged = _read_to_the_end()
    wall_s, cpu_s = time.monotonic() - began, used.own()
    aside = SetAside.objects.filter(is_refund=True).count()
    assert SetAside.objects.count() == aside
    took = {
        "records": charged,
        "given_back": aside,
        "wall_s": round(wall_s, 1),
        "praya_cpu_s": cpu_s,
        "sacct_cpu_s": used.programs(),
        "records_per_cpu_s": round(charged / cpu_s),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    is_sound, findings = verify_book(Book.objects.get().programme_code)
    assert is_sound, findings[:3]
    return took


def _read_to_the_end() -> int:
    """How many were charged; a cluster that does not answer is asked again, as the worker does."""
    for _ in range(ROUNDS_MAX):
        try:
            read_accounts(code=CODE, now=_now())
        except EngineUnavailable as outage:
            say(str(outage))
        else:
            return UsageRecord.objects.count()
    raise RuntimeError("the cluster does not answer")


def again() -> dict[str, Any]:
    """Reads with nothing new: the usual, those with older parts, one that makes up for an hour."""
    link = Link.objects.get()
    assert link.read_until is not None
    turn = link.read_until // TURN_S * TURN_S
    half = turn + TURN_S // 2
    found = {}
    for name, last, at in (
        ("nothing new", turn + 1, turn + 16),
        ("nothing new, a part of a day", turn - 5, turn + 10),
        ("nothing new, a part of thirty days", half - 5, half + 10),
        ("nothing new for an hour", turn - 3595, turn + 10),
    ):
        Link.objects.update(read_until=last, read_at=None)
        began, used = time.monotonic(), _Used()
        received = read_accounts(code=CODE, now=datetime.fromtimestamp(at, UTC))
        assert received is not None
        assert received.charged == 0
        found[name] = {
            "repeated": received.repeated,
            "wall_s": round(time.monotonic() - began, 2),
            "praya_cpu_s": used.own(),
        }
    return found


class _Used:
    """CPU seconds since it was made: of this process, and of programs that it called."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self._began = self._seconds(resource.RUSAGE_SELF), self._seconds(resource.RUSAGE_CHILDREN)

    def own(self) -> float:
        return round(self._seconds(resource.RUSAGE_SELF) - self._began[0], 2)

    def programs(self) -> float:
        return round(self._seconds(resource.RUSAGE_CHILDREN) - self._began[1], 2)

    @staticmethod
    def _seconds(who: int) -> float:
        used = resource.getrusage(who)
        return used.ru_utime + used.ru_stime


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- real daemons read it too
