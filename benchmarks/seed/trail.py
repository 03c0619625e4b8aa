"""The audit trail: what was done, in the order of time, each line sealed on the one before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from benchmarks.seed.awards import Given
from benchmarks.seed.cases import Case
from benchmarks.seed.jobs import Work
from benchmarks.seed.site import Place
from praya.apps.people.models import AuditLine, Person
from praya.core.actor import Role

AT_ONCE = 5000
Done = tuple[datetime, str, tuple[str, str], Person | None, dict[str, Any]]


def write(place: Place, cases: list[Case], awards: list[Given], work: Work) -> None:
    """One line for each thing done, after those that the commands have written."""
    previous = AuditLine.objects.values_list("sha256", flat=True).first() or ""
    waiting: list[AuditLine] = []
    done = [*_in_cases(place, cases), *_in_awards(place, awards), *_in_use(work)]
    for at, action, subject, person, facts in sorted(done, key=lambda one: (one[0], one[1])):
        line = AuditLine(
            at=at,
            by_id=person.pk if person else None,
            by_name=str(person) if person else "praya:leases",
            action=action,
            programme_code=place.programme.code,
            subject_kind=subject[0],
            subject_key=subject[1],
            facts=facts,
            previous_sha256=previous,
        )
        previous = line.sha256 = line.seal()
        waiting.append(line)
        if len(waiting) >= AT_ONCE:
            AuditLine.objects.bulk_create(waiting, batch_size=1000)
            waiting = []
    AuditLine.objects.bulk_create(waiting, batch_size=1000)


def _in_cases(place: Place, cases: list[Case]) -> Iterator[Done]:
    officer, member = place.staff[Role.OFFICER][0], place.staff[Role.COMMITTEE][0]
    for case in cases:
        subject = "application", case.row.code
        yield case.row.begun_at, "application.begun", subject, case.row.lead, {}
        if case.submitted_at is not None:
            facts = {"number": 1, "list_value_minor": case.row.list_value_minor}
            yield case.submitted_at, "application.submitted", subject, case.row.lead, facts
        for at, stage in case.moves[1:]:
            yield at, "application.stage_passed", subject, officer, {"into": stage}
        if case.decided_at is not None:
            yield case.decided_at, "decision.taken", subject, member, {"number": 1}


def _in_awards(place: Place, awards: list[Given]) -> Iterator[Done]:
    officer = place.staff[Role.OFFICER][0]
    for given in awards:
        subject = "award", given.row.code
        yield given.row.offered_at, "decision.released", subject, officer, {"number": 1}
        if given.accepted_at is not None:
            yield given.accepted_at, "award.accepted", subject, given.row.lead, {"agreement": 1}


def _in_use(work: Work) -> Iterator[Done]:
    for event in work.events:
        if event.kind == "charge":
            facts = {"card_seconds": event.time_s}
            yield event.at, "lease.charged", ("award-line", event.line.code), None, facts
    for job in work.jobs:
        subject = "job", job.code
        facts = {"award": job.award.code, "line": job.line.code, "cards": job.cards}
        yield job.submitted_at, "job.submitted", subject, job.member, facts
        if job.ended_at is not None:
            yield job.ended_at, "job.ended", subject, None, {"state": job.state}
