"""One case: who may see it, where it stands, what was submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from praya.apps.applications.access import (
    is_applicant,
    may_edit,
    may_screen,
    recused,
    visible_to,
)
from praya.apps.applications.models import (
    Application,
    Attachment,
    Question,
    RequestLine,
    StageStay,
    Submission,
)
from praya.apps.applications.rules import (
    DESK_STAGES,
    CaseState,
    Clock,
    Difference,
    StageOutcome,
    Turn,
    turn_of,
)
from praya.apps.applications.rules.content import differences
from praya.apps.people.models import AuditLine
from praya.apps.programmes.queries import rules_of
from praya.core.actor import Actor
from praya.core.programme.asking import decider_for, stages_for
from praya.core.programme.document import ProgrammeRules, Stage, StageKind
from praya.core.quantity import Money
from praya.core.refusal import NotFound

STAGE_LEFT = "stage.left"
_FINISHED = {StageOutcome.PASSED.value, StageOutcome.DECIDED.value, StageOutcome.AGREED.value}
_RELATED = ("programme", "organisation", "lead", "round", "eligibility")
# What everybody who may see a case may know of its past; decisions are told once released.
_TOLD = (
    "application.begun",
    "application.submitted",
    "application.asked",
    "application.answered",
    "application.question_taken_back",
    "application.returned",
    "application.reopened",
    "application.stage_passed",
    "application.stage_failed",
    "application.withdrawn",
    "appeal.made",
    "appeal.upheld",
    "appeal.rejected",
    "appeal.withdrawn",
)


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One thing that happened to a case. ``is_desk``: the desk did it, so no name is needed."""

    at: datetime
    action: str
    by_name: str
    is_desk: bool
    stage: str
    number: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case as one actor may see it, by the rules of its latest submission, or of the check."""

    application: Application
    rules: ProgrammeRules
    submissions: Sequence[Submission]
    lines: Sequence[RequestLine]
    stays: Sequence[StageStay]
    questions: Sequence[Question]
    attachments: Sequence[Attachment]
    timeline: Sequence[TimelineLine]
    is_applicant: bool
    may_edit: bool
    may_screen: bool

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return CaseState(self.application.state)

    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return turn_of(self.state)

    @property
    def latest(self) -> Submission | None:
        """The submission that counts."""
        return self.submissions[-1] if self.submissions else None

    @property
    def stages(self) -> list[Stage]:
        """The stages of this case, by its size; of a draft as if it were the smallest."""
        return stages_for(self.rules, decider_for(self.rules, self.list_value))

    @property
    def decided_by(self) -> str:
        """Who decides a case of this size: ``officer`` or ``committee``."""
        return decider_for(self.rules, self.list_value).decided_by

    @property
    def list_value(self) -> Money:
        """What the latest submission asks for, at list."""
        return Money(self.application.list_value_minor, self.rules.currency)

    @property
    def subsidy(self) -> Money:
        """What the latest submission asks of the programme."""
        return Money(self.application.subsidy_minor, self.rules.currency)

    @property
    def is_at_desk(self) -> bool:
        """Whether the stage is one of the desk's, even while the applicant is asked."""
        return self.application.stage in {stage.value for stage in DESK_STAGES}

    @property
    def return_reason(self) -> str:
        """Why the case was returned last; nothing if it never was."""
        reasons = [line.reason for line in self.timeline if line.action == "application.returned"]
        return reasons[-1] if reasons else ""

    @property
    def open_questions(self) -> list[Question]:
        """Questions that wait for an answer."""
        return [question for question in self.questions if question.state == "open"]


def applications_visible_to(actor: Actor) -> QuerySet[Application]:
    """Every application the actor may see, newest first, with programme, organisation and lead."""
    rows = Application.objects.filter(visible_to(actor))
    return rows.select_related("programme", "organisation", "lead").defer("draft")


def application_named(code: str, actor: Actor) -> Application:
    """An application; raises ``NotFound`` for one that the actor may not know of."""
    found = _named(code, actor).first()
    if found is None:
        raise NotFound(kind="application", key=code)
    return found


def applications_named(codes: Collection[str], actor: Actor) -> QuerySet[Application]:
    """Those of the applications that the actor may know of."""
    return Application.objects.filter(visible_to(actor), code__in=codes)


def application_for_update(code: str) -> Application:
    """An application, locked until the transaction ends; raises ``NotFound``.

    It asks nobody's leave: commands check the actor themselves.
    """
    found = (
        Application.objects.select_for_update(of=("self",))
        .select_related("programme", "organisation", "lead")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFound(kind="application", key=code)
    return found


def case_of(code: str, actor: Actor) -> Case:
    """A case with all that belongs to it, in nine queries; raises ``NotFound``."""
    application = _named(code, actor).annotate(is_recused=recused(actor)).first()
    if application is None:
        raise NotFound(kind="application", key=code)
    submissions = list(application.submissions.select_related("rule_version", "submitted_by"))
    version = submissions[-1].rule_version if submissions else application.eligibility.rule_version
    applicant = is_applicant(actor, application)
    stays = list(application.stays.all())
    attachments = application.attachments.filter(removed_at=None).select_related("added_by")
    return Case(
        application=application,
        rules=rules_of(version),
        submissions=submissions,
        lines=list(submissions[-1].lines.all()) if submissions else [],
        stays=stays,
        questions=list(application.questions.all()),
        attachments=_attachments_seen(list(attachments), submissions, applicant=applicant),
        timeline=sorted([*_timeline(application), *_left(stays)], key=lambda line: line.at),
        is_applicant=applicant,
        may_edit=may_edit(actor, application),
        may_screen=may_screen(actor, application) and not application.is_recused,
    )


def submission_of(
    case: Case, number: int
) -> tuple[Submission, ProgrammeRules, Sequence[RequestLine]]:
    """One submission of a case, with its rules and lines; raises ``NotFound``."""
    for submission in case.submissions:
        if submission.number == number:
            return submission, rules_of(submission.rule_version), list(submission.lines.all())
    raise NotFound(kind="submission", key=f"{case.application.code}/{number}")


def attachment_of(code: str, attachment_id: int, actor: Actor) -> Attachment:
    """A document of a case, for who may see it; raises ``NotFound``."""
    application = application_named(code, actor)
    found = application.attachments.filter(pk=attachment_id).first()
    if found is not None:
        if found.removed_at is None and is_applicant(actor, application):
            return found
        submitted = application.submissions.values_list("content", flat=True)
        if any(_holds(content, found) for content in submitted):
            return found
    raise NotFound(kind="attachment", key=str(attachment_id))


def path_of(attachment: Attachment) -> Path:
    """Where the bytes of a document lie."""
    root = (Path(settings.PRAYA_HOME) / "attachments").resolve()
    path = (root / attachment.stored_as).resolve()
    assert path.is_relative_to(root), attachment.pk
    return path


def latest_submission(application: Application) -> Submission | None:
    """The submission that counts; ``None`` for a draft."""
    return application.submissions.select_related("rule_version").order_by("-number").first()


def difference_between(older: Submission, newer: Submission) -> Difference:
    """What the later submission says otherwise, field by field and line by line."""
    assert older.application_id == newer.application_id, (older.pk, newer.pk)
    return differences(older.content, newer.content)


def first_stages(rules: ProgrammeRules, list_value: Money) -> list[Stage]:
    """The stages of a case of this list value, in order."""
    return stages_for(rules, decider_for(rules, list_value))


def open_stay(application: Application) -> StageStay | None:
    """The stay in the stage where the case stands."""
    return application.stays.filter(left_at=None).last()


def failed_stay(application: Application) -> StageStay | None:
    """The stay in which the case was rejected at the desk, if that is how it stands."""
    last = application.stays.last()
    return last if last is not None and last.outcome == StageOutcome.FAILED.value else None


def clock_of(stay: StageStay) -> Clock:
    """The clock of a stay."""
    return Clock(
        entered_at=stay.entered_at,
        target_days=stay.target_days,
        left_at=stay.left_at,
        paused_since=stay.paused_since,
        paused_s=stay.paused_s,
    )


def days_in_stage(stay: StageStay, now: datetime) -> int:
    """Whole days of a stay, those in which the applicant was asked left out."""
    return clock_of(stay).days(now)


def _named(code: str, actor: Actor) -> QuerySet[Application]:
    return Application.objects.filter(visible_to(actor), code=code).select_related(*_RELATED)


def _timeline(application: Application) -> list[TimelineLine]:
    lines = AuditLine.objects.filter(
        subject_kind="application", subject_key=application.code, action__in=_TOLD
    )
    return [
        TimelineLine(
            at=line.at,
            action=line.action,
            by_name=str(line.by) if line.by else line.by_name,
            is_desk=line.by_id != application.lead_id,
            stage=line.facts.get("stage", ""),
            number=line.facts.get("number"),
            reason=line.facts.get("reason", ""),
        )
        for line in lines.select_related("by").order_by("id")
    ]


def _left(stays: Iterable[StageStay]) -> Iterator[TimelineLine]:
    """Stages after the desk's that are over; by whom and how is told with what came of them."""
    after = {kind.value for kind in StageKind if kind not in DESK_STAGES}
    for stay in stays:
        if stay.stage in after and stay.left_at is not None and stay.outcome in _FINISHED:
            yield TimelineLine(
                at=stay.left_at,
                action=STAGE_LEFT,
                by_name="",
                is_desk=True,
                stage=stay.stage,
                number=None,
                reason="",
            )


def _attachments_seen(
    attachments: list[Attachment], submissions: list[Submission], *, applicant: bool
) -> list[Attachment]:
    """The applicant sees the working copy; others what the latest submission holds."""
    if applicant or not submissions:
        return attachments
    content = submissions[-1].content
    return [attachment for attachment in attachments if _holds(content, attachment)]


def _holds(content: dict[str, list[dict[str, object]]], attachment: Attachment) -> bool:
    return any(document["id"] == attachment.pk for document in content["documents"])
