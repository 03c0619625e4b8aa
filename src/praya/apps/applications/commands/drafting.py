"""What an applicant does before the first submission, and after a case was returned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from praya.apps.applications.access import check_may_edit, person_id_of
from praya.apps.applications.commands.storing import stored
from praya.apps.applications.models import Application, Attachment, EligibilityAnswer
from praya.apps.applications.queries import (
    application_for_update,
    application_named,
    eligibility_for,
    may_begin_for,
    untouched_draft,
)
from praya.apps.applications.rules import (
    EDITABLE,
    AttachmentKindUnknown,
    AttachmentsTooMany,
    CaseState,
    EligibilityUnanswered,
    Excluded,
    NotEligible,
    WrongState,
)
from praya.apps.applications.rules.documents import DOCUMENTS_MAX, file_name_of
from praya.apps.applications.rules.draft import saved, step_named
from praya.apps.applications.rules.problems import CHARACTERS_MAX
from praya.apps.people.commands import record
from praya.apps.programmes.commands import next_application_code
from praya.apps.programmes.queries import (
    programme_for_update,
    programme_of,
    rules_of,
    today_in,
    version_in_force,
)
from praya.apps.programmes.rules import CallClosed
from praya.core.actor import Actor
from praya.core.programme.calls import next_window_after, window_on
from praya.core.programme.document import CallRule, ProgrammeRules
from praya.core.programme.eligibility import Eligibility, Verdict
from praya.core.refusal import NotAllowed, NotFound


@transaction.atomic
def begin_application(
    *,
    programme_code: str,
    call_code: str,
    organisation_id: int,
    answers: Mapping[str, bool],
    by: Actor,
    now: datetime,
) -> Application:
    """Open a draft, once the eligibility check has not said no.

    Repeatable: a draft of the same lead, call and organisation in which nothing is written yet is
    given back, with the answers as they are now. In this order:

    Raises:
        NotFound: there is no such programme.
        NotAllowed: nobody has signed in.
        NotFound: there is no such organisation.
        NotAllowed: they do not belong to it.
        NoRulesInForce: the programme has no rules yet.
        NotFound: there is no such call.
        CallClosed: the call takes no applications today.
        Excluded: the organisation may not apply for a time.
        NotEligible: a rule says no.
        EligibilityUnanswered: a question of the check has no answer.

    """
    programme = programme_of(programme_code)
    if not by.is_known:
        raise NotAllowed(action="application.begin", needs="signed-in")
    if not may_begin_for(by, organisation_id):
        raise NotAllowed(action="application.begin", needs="organisation-member")
    today = today_in(programme, now)
    version = version_in_force(programme_code, today)
    call = _call_named(rules_of(version), programme_code, call_code)
    if window_on(call, today) is None:
        later = next_window_after(call, today)
        raise CallClosed(call_code=call_code, opens_on=later.opens if later else None)
    eligibility = eligibility_for(programme_code, organisation_id, answers, now)
    check_may_go_on(eligibility)
    # Two clicks at once must not begin two drafts: the second waits and finds the first.
    programme = programme_for_update(programme_code)
    application = untouched_draft(by, programme_code, call_code, organisation_id)
    is_new = application is None
    if application is None:
        application = Application.objects.create(
            code=next_application_code(programme),
            programme=programme,
            call_code=call_code,
            organisation_id=organisation_id,
            lead_id=person_id_of(by),
            begun_at=now,
            turn_since=now,
        )
    EligibilityAnswer.objects.update_or_create(
        application=application,
        defaults=eligibility_row(rules_of(version), eligibility, answers)
        | {"rule_version": version, "checked_at": now},
    )
    if is_new:
        _record("application.begun", application, by=by, now=now)
    return application


@transaction.atomic
def save_draft(
    *, code: str, step: str, values: Mapping[str, Any], revision: int, by: Actor, now: datetime
) -> Application:
    """Keep what was typed in one step, right or wrong; returns the case with its new revision.

    Repeatable: values that are there already change nothing, whatever the revision. A draft is
    the applicant's working copy, so saving leaves no line in the trail; the submission does. In
    this order:

    Raises:
        NotFound: there is no such case, or the actor may not know of it.
        NotAllowed: somebody else is the lead.
        WrongState: the case is with the desk.
        UnknownStep, DraftTooLarge
        StaleForm: the step was changed by another window since ``revision``.

    """
    del now  # a draft keeps no times; the argument is every command's
    application = draft_for_update(code, by, action="edit")
    before = application.draft
    application.draft = saved(
        before,
        step=step_named(step),
        values=values,
        base=revision,
        revision=application.draft_revision,
    )
    if application.draft is before:
        return application
    application.draft_revision += 1
    project = application.draft.get("project", {})
    for name in ("title", "title_zh"):
        text = " ".join(project.get(name, "").split())
        setattr(application, name, text[: CHARACTERS_MAX[name]])
    application.save(update_fields=["draft", "draft_revision", "title", "title_zh"])
    return application


@transaction.atomic
def add_attachment(
    *, code: str, kind: str, file_name: str, content: IO[bytes], by: Actor, now: datetime
) -> Attachment:
    """Keep a document with the draft; its bytes are streamed to disk.

    Repeatable: the same bytes under the same kind and name are there once. In this order:

    Raises:
        NotFound, NotAllowed, WrongState: as for ``save_draft``.
        AttachmentKindUnknown: the programme asks for no such document.
        AttachmentsTooMany
        AttachmentEmpty, AttachmentTooLarge
        AttachmentTypeUnknown, AttachmentNotAsNamed, AttachmentUnpacksTooLarge, AttachmentHasMacros

    """
    application = draft_for_update(code, by, action="attach")
    rules = _rules_today(application, now)
    if all(rule.code != kind for rule in rules.attachments):
        raise AttachmentKindUnknown(kind=kind)
    present = application.attachments.filter(removed_at=None)
    if present.count() >= DOCUMENTS_MAX:
        raise AttachmentsTooMany(limit=DOCUMENTS_MAX)
    name = file_name_of(file_name)
    kept = stored(content, file_name=name, limit=settings.PRAYA_ATTACHMENT_BYTES)
    same = present.filter(kind=kind, file_name=name, sha256=kept.sha256).first()
    if same is not None:
        return same
    attachment = Attachment.objects.create(
        application=application,
        kind=kind,
        file_name=name,
        content_type=kept.content_type,
        size=kept.size,
        sha256=kept.sha256,
        stored_as=kept.stored_as,
        added_at=now,
        added_by_id=person_id_of(by),
    )
    _count_a_change(application)
    _record(
        "application.document_added",
        application,
        by=by,
        now=now,
        kind=kind,
        file_name=name,
        sha256=kept.sha256,
    )
    return attachment


@transaction.atomic
def remove_attachment(*, code: str, attachment_id: int, by: Actor, now: datetime) -> Attachment:
    """Take a document out of the draft; submissions made with it keep it. Repeatable.

    Raises:
        NotFound: there is no such case or document, or the actor may not know of it.
        NotAllowed, WrongState: as for ``save_draft``.

    """
    application = draft_for_update(code, by, action="attach")
    attachment = application.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound(kind="attachment", key=str(attachment_id))
    if attachment.removed_at is not None:
        return attachment
    attachment.removed_at = now
    attachment.save(update_fields=["removed_at"])
    _count_a_change(application)
    _record(
        "application.document_removed",
        application,
        by=by,
        now=now,
        kind=attachment.kind,
        file_name=attachment.file_name,
    )
    return attachment


def draft_for_update(code: str, by: Actor, *, action: str) -> Application:
    """A case that its lead may write on, locked; refuses in the order of ``save_draft``."""
    application_named(code, by)
    application = application_for_update(code)
    check_may_edit(by, application, action=f"application.{action}")
    if CaseState(application.state) not in EDITABLE:
        raise WrongState(state=application.state, action=action)
    return application


def check_may_go_on(eligibility: Eligibility) -> None:
    """Refuse who is excluded, where a rule says no, and where a question is open, in this order."""
    if eligibility.excluded_until is not None:
        raise Excluded(until=eligibility.excluded_until)
    for verdict, refusal in (
        (Verdict.NO, NotEligible),
        (Verdict.UNANSWERED, EligibilityUnanswered),
    ):
        rules = [each.rule.code for each in eligibility.answers if each.verdict is verdict]
        if eligibility.verdict is verdict:
            raise refusal(rules=rules)


def eligibility_row(
    rules: ProgrammeRules, eligibility: Eligibility, answers: Mapping[str, bool]
) -> dict[str, Any]:
    """The columns that keep an eligibility check; answers to what is not asked are left out."""
    asked = {rule.code for rule in rules.eligibility if rule.question is not None}
    return {
        "answers": {code: answer for code, answer in answers.items() if code in asked},
        "verdict": eligibility.verdict.value,
        "lines": [
            {"rule": each.rule.code, "verdict": each.verdict.value} for each in eligibility.answers
        ],
    }


def _count_a_change(application: Application) -> None:
    """A changed document makes a check of the answers stale."""
    application.draft_revision += 1
    application.save(update_fields=["draft_revision"])


def _rules_today(application: Application, now: datetime) -> ProgrammeRules:
    programme = application.programme
    return rules_of(version_in_force(programme.code, today_in(programme, now)))


def _call_named(rules: ProgrammeRules, programme_code: str, call_code: str) -> CallRule:
    for call in rules.calls:
        if call.code == call_code:
            return call
    raise NotFound(kind="call", key=f"{programme_code}/{call_code}")


def _record(
    action: str,
    application: Application,
    *,
    by: Actor,
    now: datetime,
    **facts: Any,  # noqa: ANN401 -- facts are of every plain type
) -> None:
    record(
        action,
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        **facts,
    )
