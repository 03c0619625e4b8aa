"""Submitting a case, again after changes, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from praya.apps.applications.access import check_may_edit, person_id_of
from praya.apps.applications.commands.drafting import check_may_go_on, eligibility_row
from praya.apps.applications.commands.moving import (
    enter_stage,
    lapse_questions,
    leave_stage,
    resume,
)
from praya.apps.applications.models import (
    Application,
    Attachment,
    EligibilityAnswer,
    RequestLine,
    Submission,
)
from praya.apps.applications.queries import (
    application_for_update,
    application_named,
    eligibility_for,
    first_stages,
    latest_submission,
    may_begin_for,
)
from praya.apps.applications.rules import (
    EDITABLE,
    WITHDRAWABLE,
    CaseState,
    DeclarationMissing,
    DraftIncomplete,
    ReasonMissing,
    StageOutcome,
    WrongState,
)
from praya.apps.applications.rules.content import answers_in, content_of, seal_of
from praya.apps.applications.rules.problems import (
    asked_lines,
    plan_of_line,
    problems_of,
    work_of_line,
)
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.commands import open_round_for
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.programme.asking import card_time_of, ordinary_rate_bp, value_of
from praya.core.programme.document import ProgrammeRules, StageKind
from praya.core.programme.eligibility import Eligibility
from praya.core.programme.money import Case
from praya.core.programme.parts import OrganisationKind
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, StaleForm

if TYPE_CHECKING:
    from praya.apps.programmes.models import RuleVersion


@transaction.atomic
def submit_application(
    *, code: str, declarations: Collection[str], revision: int, by: Actor, now: datetime
) -> Submission:
    """Make the draft an immutable submission and hand the turn to the desk.

    Eligibility, limits and values are taken again under the rules in force today. The first
    submission joins the round that is open and enters the first stage of a case of its size; a
    later one goes back to the stage it was returned from. Repeatable: the revision that was
    submitted last gives that submission again. In this order:

    Raises:
        NotFound: there is no such case, or the actor may not know of it.
        NotAllowed: somebody else is the lead.
        WrongState: the case is with the desk.
        StaleForm: the draft was changed since ``revision``.
        NotAllowed: the lead is no longer of the organisation (first submission only).
        CallClosed: the call takes no applications today (first submission only).
        Excluded, NotEligible, EligibilityUnanswered
        DraftIncomplete: with every problem there is.
        DeclarationMissing: with every declaration that was not confirmed.

    """
    application_named(code, by)
    application = application_for_update(code)
    check_may_edit(by, application, action="application.submit")
    previous = latest_submission(application)
    if previous is not None and previous.content["revision"] == revision:
        return previous
    if CaseState(application.state) not in EDITABLE:
        raise WrongState(state=application.state, action="submit")
    if application.draft_revision != revision:
        raise StaleForm(theirs=application.draft_revision, yours=revision)
    programme = application.programme
    if previous is None:
        if not may_begin_for(by, application.organisation_id):
            raise NotAllowed(action="application.submit", needs="organisation-member")
        application.round = open_round_for(
            programme_code=programme.code, call_code=application.call_code, by=by, now=now
        )
    version = version_in_force(programme.code, today_in(programme, now))
    eligibility = _eligibility_again(application, version, now)
    attachments = list(application.attachments.filter(removed_at=None))
    _check_complete(rules_of(version), application, attachments, declarations)
    submission = _make_submission(
        application, version, eligibility, attachments, declarations, by=by, now=now
    )
    _enter(application, rules_of(version), is_first=previous is None, by=by, now=now)
    send_letter(
        "application_submitted",
        to=application.lead,
        application=code,
        title=application.title or application.title_zh,
        submission=submission.number,
        sha256=submission.sha256,
    )
    record(
        "application.submitted",
        subject=("application", code),
        by=by,
        now=now,
        programme_code=programme.code,
        number=submission.number,
        sha256=submission.sha256,
        rule_version=version.number,
        list_value_minor=application.list_value_minor,
    )
    return submission


@transaction.atomic
def withdraw_application(*, code: str, reason: str, by: Actor, now: datetime) -> Application:
    """Take a case back before it is decided; what was submitted stays on record. Repeatable.

    A draft that was never submitted needs no reason. In this order:

    Raises:
        NotFound: there is no such case, or the actor may not know of it.
        NotAllowed: somebody else is the lead.
        WrongState: it is decided or closed.
        ReasonMissing: it was submitted, and no reason is given.

    """
    application_named(code, by)
    application = application_for_update(code)
    check_may_edit(by, application, action="application.withdraw")
    state = CaseState(application.state)
    if state is CaseState.WITHDRAWN:
        return application
    if state not in WITHDRAWABLE:
        raise WrongState(state=application.state, action="withdraw")
    if application.submitted_at is not None and not reason.strip():
        raise ReasonMissing(action="withdraw")
    leave_stage(application, outcome=StageOutcome.WITHDRAWN, note=reason, by=by, now=now)
    lapse_questions(application)
    application.state = CaseState.WITHDRAWN.value
    application.turn_since = application.closed_at = now
    application.save(update_fields=["state", "target_on", "turn_since", "closed_at"])
    record(
        "application.withdrawn",
        subject=("application", code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        reason=reason,
        stage=application.stage,
    )
    return application


def _eligibility_again(
    application: Application, version: RuleVersion, now: datetime
) -> Eligibility:
    """Check eligibility as of today and keep the answer."""
    kept = application.eligibility
    eligibility = eligibility_for(
        application.programme.code, application.organisation_id, kept.answers, now
    )
    check_may_go_on(eligibility)
    EligibilityAnswer.objects.filter(pk=kept.pk).update(
        rule_version=version,
        checked_at=now,
        **eligibility_row(rules_of(version), eligibility, kept.answers),
    )
    return eligibility


def _check_complete(
    rules: ProgrammeRules,
    application: Application,
    attachments: Sequence[Attachment],
    declarations: Collection[str],
) -> None:
    problems = problems_of(
        rules,
        application.draft,
        kind=OrganisationKind(application.organisation.kind),
        attached={attachment.kind for attachment in attachments},
        service_class=rules.service_class_of(application.call_code),
    )
    if problems:
        raise DraftIncomplete(problems=problems)
    missing = [each.code for each in rules.declarations if each.code not in declarations]
    if missing:
        raise DeclarationMissing(declarations=missing)


def _make_submission(
    application: Application,
    version: RuleVersion,
    eligibility: Eligibility,
    attachments: Sequence[Attachment],
    declarations: Collection[str],
    *,
    by: Actor,
    now: datetime,
) -> Submission:
    """Store content and lines, and put their sums on the case."""
    rules = rules_of(version)
    known = {each.code for each in rules.declarations}
    content = {"revision": application.draft_revision} | content_of(
        application.draft,
        organisation=_organisation_content(application),
        documents=[_document_content(attachment) for attachment in attachments],
        declarations=known.intersection(declarations),
        eligibility={
            "verdict": eligibility.verdict.value,
            "answers": application.eligibility.answers,
        },
    )
    submission = Submission.objects.create(
        application=application,
        number=application.submissions.count() + 1,
        rule_version=version,
        content=content,
        sha256=seal_of(content),
        submitted_at=now,
        submitted_by_id=person_id_of(by),
    )
    lines = _request_lines(submission, rules, application.draft)
    RequestLine.objects.bulk_create(lines)
    application.list_value_minor = sum(line.list_minor for line in lines)
    application.subsidy_minor = sum(line.subsidy_minor for line in lines)
    return submission


def _request_lines(
    submission: Submission, rules: ProgrammeRules, draft: dict[str, Any]
) -> list[RequestLine]:
    """The lines with their values at the ordinary rate."""
    service_class = rules.service_class_of(submission.application.call_code)
    asked, problems = asked_lines(rules, draft, service_class)
    assert not problems, problems
    case = Case(
        kind=OrganisationKind(submission.application.organisation.kind),
        answers=answers_in(draft),
        on=today_in(submission.application.programme, submission.submitted_at),
    )
    rate_bp = ordinary_rate_bp(rules, case)
    rows = {int(row["number"]): row for row in draft["compute"]["lines"]}
    lines = []
    for line in asked:
        value = value_of(rules, line, rate_bp=rate_bp)
        work, _faults = work_of_line(rules, rows[line.number], line)
        lines.append(
            RequestLine(
                submission=submission,
                number=line.number,
                shape=line.shape,
                device_model_code=line.device_model,
                service_class=line.service_class,
                cards=line.cards,
                first_on=line.first_on,
                last_on=line.last_on,
                card_hours=line.card_hours,
                plan=plan_of_line(rules, rows[line.number], line)[0],
                sizing=work.plain() if work else None,
                note=rows[line.number]["note"],
                card_seconds=card_time_of(line).seconds,
                list_minor=value.list_price.minor,
                subsidy_minor=value.subsidy.minor,
            )
        )
    return lines


def _enter(
    application: Application, rules: ProgrammeRules, *, is_first: bool, by: Actor, now: datetime
) -> None:
    """Put the case into its first stage, or back where it was returned from.

    Changed so much that its stage is none of its size any more, it begins anew.
    """
    application.submitted_at = application.submitted_at or now
    application.save(update_fields=["round", "submitted_at", "list_value_minor", "subsidy_minor"])
    stages = first_stages(rules, Money(application.list_value_minor, rules.currency))
    if is_first:
        enter_stage(application, stages[0], now)
    elif any(stage.kind is StageKind(application.stage) for stage in stages):
        resume(application, now)
    else:
        leave_stage(application, outcome=StageOutcome.PASSED, note="", by=by, now=now)
        enter_stage(application, stages[0], now)


def _organisation_content(application: Application) -> dict[str, str]:
    organisation = application.organisation
    return {
        "name": organisation.name,
        "name_zh": organisation.name_zh,
        "kind": organisation.kind,
        "place": organisation.place,
        "registry": organisation.registry,
        "registry_number": organisation.registry_number,
    }


def _document_content(attachment: Attachment) -> dict[str, Any]:
    return {
        "id": attachment.pk,
        "kind": attachment.kind,
        "file_name": attachment.file_name,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }
