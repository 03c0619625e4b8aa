"""Reports that open later parts of a grant: handed in, sent back, accepted, and that undone."""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from praya.apps.applications.commands import stored
from praya.apps.applications.rules.documents import file_name_of
from praya.apps.awards.queries import award_for_update, award_of, check_takes_part, title_of
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import NotActive, ReasonMissing
from praya.apps.life import access
from praya.apps.life.models import OpenedTranche, TrancheClosing, TrancheReport
from praya.apps.life.queries import (
    award_lines,
    ceiling,
    ceiling_closed,
    closing_of,
    life_of,
    line_life_for_update,
    opened_parts,
    report_for_update,
    reports_on,
    tranche_report,
)
from praya.apps.life.rules import PartUsed, ReportAccepted, TrancheNotLast, check_next_tranche
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor
from praya.core.quantity import CardTime
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award

BELOW = "reports"


@transaction.atomic
def hand_in_report(
    *,
    award_code: str,
    part_code: str,
    file_name: str,
    content: IO[bytes],
    remark: str = "",
    by: Actor,
    now: datetime,
) -> TrancheReport:
    """Hand in the report that opens the next part of a grant; the latest one counts.

    The same document once more, as long as it was not sent back, is the one that is there.

    Raises:
        NotFound: no such award, no such part, or the actor may not know of it.
        NotAllowed: neither lead nor manager, or one who could accept it.
        NotActive: the award is not in force.
        TrancheNotNext: another part is the next.
        AttachmentTooLarge, AttachmentEmpty, and the refusals of ``check_document``.

    """
    award = _award_with_part(award_code, part_code, by)
    access.check_allowed(access.may_hand_in(by, award), action="life.report", needs="lead")
    _check_next(award, part_code)
    name = file_name_of(file_name)
    kept = stored(content, file_name=name, limit=settings.PRAYA_ATTACHMENT_BYTES, below=BELOW)
    latest = reports_on(award, part_code).first()
    is_open = latest is not None and latest.returned_at is None
    if latest and is_open and (latest.sha256, latest.file_name) == (kept.sha256, name):
        return latest
    report = TrancheReport.objects.create(
        award=award,
        part_code=part_code,
        number=latest.number + 1 if latest else 1,
        remark=remark.strip(),
        file_name=name,
        content_type=kept.content_type,
        size=kept.size,
        sha256=kept.sha256,
        stored_as=kept.stored_as,
        at=now,
        by_id=access.person_of(by),
    )
    _record("award.report_handed_in", report, by=by, now=now, sha256=report.sha256)
    return report


@transaction.atomic
def return_report(*, report_id: int, reason: str, by: Actor, now: datetime) -> TrancheReport:
    """Send a report back to its team, with what is wanted. Repeating it changes nothing.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: not an officer of the programme, or the award is their own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        ReasonMissing: no reason.
        ReportAccepted: its part is open.

    """
    # Locked as by whoever accepts it: one of the two comes first.
    award = award_for_update(tranche_report(report_id, by).award.code)
    report = report_for_update(report_id)
    _check_desk(by, award, action="life.return_report")
    if report.returned_at is not None:
        return report
    if not reason.strip():
        raise ReasonMissing(action="life.return_report")
    if opened_parts(award).filter(part_code=report.part_code).exists():
        raise ReportAccepted(award=award.code, part=report.part_code)
    report.returned_at, report.returned_by_id = now, access.person_of(by)
    report.returned_because = reason.strip()
    report.save(update_fields=["returned_at", "returned_by", "returned_because"])
    send_letter(
        "award.report_returned",
        to=award.lead,
        award=award.code,
        title=title_of(award),
        part=report.part_code,
        reason=report.returned_because,
    )
    _record("award.report_returned", report, by=by, now=now, reason=report.returned_because)
    return report


@transaction.atomic
def open_tranche(
    *, award_code: str, part_code: str, report: str, by: Actor, now: datetime
) -> OpenedTranche:
    """Open the next part of a grant, since its report is accepted. Repeating it changes nothing.

    What the team handed in last is what is accepted; ``report`` may then be left empty. A report on
    paper is named by it.

    Raises:
        NotFound: no such award, no such part, or the actor may not know of it.
        NotAllowed: not an officer of the programme, or the award is their own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        NotActive: the award is not in force.
        ReasonMissing: no report was handed in, or it was sent back, and none is named.
        TrancheNotNext: another part is the next.

    """
    award = _award_with_part(award_code, part_code, by)
    _check_desk(by, award, action="life.open_tranche")
    if award.state != AwardState.ACTIVE.value:
        raise NotActive(award=award.code, state=award.state)
    opened = opened_parts(award).filter(part_code=part_code).first()
    if opened is not None:
        return opened
    handed_in = reports_on(award, part_code).first()
    if handed_in is not None and handed_in.returned_at is not None:
        handed_in = None
    if handed_in is None and not report.strip():
        raise ReasonMissing(action="life.open_tranche")
    _check_next(award, part_code)
    made = OpenedTranche.objects.create(
        award=award,
        part_code=part_code,
        number=OpenedTranche.objects.filter(award=award, part_code=part_code).count() + 1,
        report=report.strip() or (handed_in.file_name if handed_in else ""),
        by_id=access.person_of(by),
        at=now,
    )
    record(
        "award.tranche_opened",
        subject=("award", award.code),
        by=by,
        now=now,
        programme_code=award.programme.code,
        part=part_code,
        report=made.report,
        sha256=handed_in.sha256 if handed_in else "",
    )
    return made


@transaction.atomic
def close_tranche(
    *, award_code: str, part_code: str, reason: str, by: Actor, now: datetime
) -> TrancheClosing:
    """Take the acceptance of a report back: the part that it opened is closed again.

    What was handed in stands as it did before: it may be sent back, or accepted anew. A waiver that
    opened the part on a line goes on to. The lead is told, and both stay on record. Repeating it
    changes nothing. In this order:

    Raises:
        NotFound: no such award, no such part, or none that is open, or the actor may not know.
        NotAllowed: not an officer of the programme, or the award is their own.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.
        ReasonMissing: no reason.
        NotActive: the award is neither in force nor suspended.
        TrancheNotLast: a later part was opened since.
        PartUsed: more has been used of a line than would be open without it.

    """
    award = _award_with_part(award_code, part_code, by)
    _check_desk(by, award, action="life.close_tranche")
    opened = list(opened_parts(award))
    accepted = next((each for each in opened if each.part_code == part_code), None)
    if accepted is None:
        before = closing_of(award, part_code)
        if before is None:
            raise NotFound(kind="tranche", key=f"{award_code}:{part_code}")
        return before
    if not reason.strip():
        raise ReasonMissing(action="life.close_tranche")
    if award.state not in {AwardState.ACTIVE.value, AwardState.SUSPENDED.value}:
        raise NotActive(award=award.code, state=award.state)
    if accepted != opened[-1]:
        raise TrancheNotLast(award=award.code, given=part_code, last=opened[-1].part_code)
    for line in award_lines(award):
        _check_unused(line.pk, part_code, now)
    closed = TrancheClosing.objects.create(
        opened=accepted, reason=reason.strip(), by_id=access.person_of(by), at=now
    )
    facts = {"part": part_code, "reason": closed.reason}
    send_letter(
        "award.tranche_closed", to=award.lead, award=award.code, title=title_of(award), **facts
    )
    record(
        "award.tranche_closed",
        subject=("award", award.code),
        by=by,
        now=now,
        programme_code=award.programme.code,
        **facts,
    )
    return closed


def _check_unused(line_id: int, part_code: str, now: datetime) -> None:
    """Refuse to close what has been used, or is held for jobs; the line stays locked."""
    life = line_life_for_update(line_id, even_suspended=True)
    if life is None:
        return
    before, after = ceiling(life, now), ceiling_closed(life, part_code, now)
    used, model = life.standing.used, life.line.device_model_code
    if after is None or used <= after.most or (before and before.most <= after.most):
        return
    raise PartUsed(
        line=life.line.code,
        part=part_code,
        used=CardTime(used, model),
        most=CardTime(after.most, model),
    )


def _check_desk(by: Actor, award: Award, *, action: str) -> None:
    access.check_allowed(access.may_open_tranche(by, award), action=action, needs="officer")
    check_takes_part(by, award.application)


def _award_with_part(award_code: str, part_code: str, by: Actor) -> Award:
    """An award that the actor may know of, locked, if a report opens such a part of it."""
    award_of(award_code, by)
    award = award_for_update(award_code)
    tranches = life_of(award).tranches
    if tranches is None or part_code not in [part.code for part in tranches.parts[1:]]:
        raise NotFound(kind="tranche", key=f"{award_code}:{part_code}")
    return award


def _check_next(award: Award, part_code: str) -> None:
    if award.state != AwardState.ACTIVE.value:
        raise NotActive(award=award.code, state=award.state)
    tranches = life_of(award).tranches
    assert tranches is not None, award
    opened = opened_parts(award).count()
    check_next_tranche(award=award.code, tranches=tranches, opened=opened, part_code=part_code)


def _record(action: str, report: TrancheReport, *, by: Actor, now: datetime, **facts: str) -> None:
    record(
        action,
        subject=("award", report.award.code),
        by=by,
        now=now,
        programme_code=report.award.programme.code,
        part=report.part_code,
        number=report.number,
        **facts,
    )
