"""Rows about applications."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.applications.rules import CaseState, LineShape, QuestionState
from praya.apps.choices import choices_of
from praya.apps.people.models import Organisation, Person
from praya.apps.programmes.models import Programme, Round, RuleVersion
from praya.core.programme.document import StageKind


class Application(models.Model):
    """A case: one wish for compute, from the first draft to the decision.

    The draft is the applicant's working copy; what counts is the latest submission.
    """

    code = models.CharField(max_length=20, unique=True, help_text="as HCP-A0012")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="applications")
    call_code = models.CharField(max_length=40)
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="applications")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    lead = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    state = models.CharField(
        max_length=12, choices=choices_of(CaseState), default=CaseState.DRAFT.value
    )
    stage = models.CharField(max_length=12, choices=choices_of(StageKind), blank=True)
    title = models.CharField(max_length=300, blank=True)
    title_zh = models.CharField(max_length=300, blank=True)
    draft = models.JSONField(default=dict, help_text="the form as last saved, by step")
    draft_revision = models.PositiveIntegerField(default=0, help_text="counts the saves")
    list_value_minor = models.BigIntegerField(default=0, help_text="of the latest submission")
    subsidy_minor = models.BigIntegerField(default=0, help_text="asked, of the latest submission")
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    turn_since = models.DateTimeField(help_text="since when it is somebody's turn")
    target_on = models.DateField(null=True, help_text="when the stage should be done")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme", "state", "turn_since"], name="application_desk"),
            models.Index(fields=["lead", "-id"], name="application_lead"),
            models.Index(fields=["round", "state"], name="application_round"),
        ]

    def __str__(self) -> str:
        return self.code


class Exclusion(models.Model):
    """That an organisation may not apply to a programme until a day; append-only.

    The latest of an organisation counts, so a later one prolongs it, shortens it or lifts it.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="exclusions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="exclusions")
    until = models.DateField(help_text="the last day")
    award_code = models.CharField(max_length=20, help_text="the award whose terms were broken")
    change_number = models.PositiveBigIntegerField(help_text="the change that says why and by whom")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "programme", "-at"], name="exclusion_latest"),
        ]


class EligibilityAnswer(models.Model):
    """The answers given before the form, under which rules; checked again at submission."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="eligibility")
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict, help_text="rule code to yes or no")
    verdict = models.CharField(max_length=12)
    lines = models.JSONField(default=list, help_text="rule code and verdict, in order")
    checked_at = models.DateTimeField()


class Submission(models.Model):
    """What was submitted: immutable, numbered, with the rules it was made under."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_once"),
        ]


class RequestLine(models.Model):
    """One line of a submission: how much of which device model, when."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    shape = models.CharField(max_length=10, choices=choices_of(LineShape))
    device_model_code = models.CharField(max_length=40)
    service_class = models.CharField(
        max_length=40, blank=True, help_text="that of its call when it was submitted"
    )
    cards = models.PositiveIntegerField(help_text="held, or at most at once")
    first_on = models.DateField()
    last_on = models.DateField(help_text="included")
    card_hours = models.PositiveIntegerField(default=0, help_text="for lines in card-hours")
    plan = models.JSONField(null=True, help_text="card-hours by month, as the team means to use it")
    sizing = models.JSONField(null=True, help_text="what the team will run, by core.sizing")
    note = models.CharField(max_length=300, blank=True)
    card_seconds = models.BigIntegerField()
    list_minor = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["submission", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["submission", "number"], name="request_line_once"),
        ]


class Attachment(models.Model):
    """A document of an application; its bytes lie in the data directory under their checksum."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=40, help_text="code of the attachment rule")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "id"]


class StageStay(models.Model):
    """The time a case spends in one stage. Paused days do not count against the target."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="stays")
    stage = models.CharField(max_length=12, choices=choices_of(StageKind))
    target_days = models.PositiveSmallIntegerField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    paused_s = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True, help_text="passed, returned, failed, …")
    note = models.TextField(blank=True)
    left_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "entered_at", "id"]


class Question(models.Model):
    """A question of the desk to the applicant; while it is open the clock stands still."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="questions")
    text = models.TextField()
    state = models.CharField(
        max_length=10, choices=choices_of(QuestionState), default=QuestionState.OPEN.value
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "asked_at", "id"]
