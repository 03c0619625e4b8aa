"""Rows about decisions, awards, agreements and members."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from django.db import models

from praya.apps.applications.models import Application, Submission
from praya.apps.applications.rules import LineShape
from praya.apps.awards.rules import AwardState, MemberRole, Outcome
from praya.apps.awards.rules.leading import LeadState
from praya.apps.choices import choices_of
from praya.apps.people.models import Organisation, Person
from praya.apps.programmes.models import Programme, Round, RuleVersion
from praya.core.actor import Role
from praya.core.review.amount import LineAmount


class Recusal(models.Model):
    """A committee member who takes no part in a case, with the reason, kept for ever."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="recusals")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "person"], name="recusal_once"),
        ]


class Proposal(models.Model):
    """The amount the desk proposes on one request line, beside asked and recommended."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="proposals")
    number = models.PositiveSmallIntegerField()
    cards = models.PositiveIntegerField()
    card_hours = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "number"], name="proposal_once"),
        ]


class Decision(models.Model):
    """What was decided on an application, why, under which rules; held until released.

    A later decision on the same case has a higher number; the latest one counts.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(default=1)
    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=choices_of(Outcome))
    reasons = models.TextField()
    conditions = models.TextField(blank=True)
    before_start = models.JSONField(default=list, help_text="what must hold before the start")
    rate_bp = models.PositiveIntegerField(default=0, help_text="subsidy in ten-thousandths of list")
    rate_reason = models.TextField(blank=True)
    list_minor = models.BigIntegerField(default=0, help_text="what it gives, at list")
    subsidy_minor = models.BigIntegerField(default=0)
    card_seconds = models.JSONField(default=dict, help_text="what it gives, by device model")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "number"], name="decision_once"),
        ]


class DecisionLine(models.Model):
    """Requested, recommended, proposed and awarded, side by side for one request line."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    shape = models.CharField(max_length=10, choices=choices_of(LineShape))
    device_model_code = models.CharField(max_length=40)
    service_class = models.CharField(max_length=40, blank=True, help_text="as it was asked for")
    first_on = models.DateField()
    last_on = models.DateField()
    requested_cards = models.PositiveIntegerField()
    requested_card_hours = models.PositiveIntegerField()
    recommended_cards = models.PositiveIntegerField(null=True)
    recommended_card_hours = models.PositiveIntegerField(null=True)
    proposed_cards = models.PositiveIntegerField(null=True)
    proposed_card_hours = models.PositiveIntegerField(null=True)
    awarded_cards = models.PositiveIntegerField()
    awarded_card_hours = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["decision", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["decision", "number"], name="decision_line_once"),
        ]

    @property
    def requested(self) -> LineAmount:
        """What the applicant asked."""
        return LineAmount(self.number, self.requested_cards, self.requested_card_hours)

    @property
    def recommended(self) -> LineAmount | None:
        """What the reviewers recommended; ``None`` where none did."""
        return self._amount(self.recommended_cards, self.recommended_card_hours)

    @property
    def proposed(self) -> LineAmount | None:
        """What the desk proposed; ``None`` where it did not."""
        return self._amount(self.proposed_cards, self.proposed_card_hours)

    @property
    def awarded(self) -> LineAmount:
        """What was decided."""
        return LineAmount(self.number, self.awarded_cards, self.awarded_card_hours)

    def _amount(self, cards: int | None, card_hours: int | None) -> LineAmount | None:
        return None if cards is None else LineAmount(self.number, cards, card_hours or 0)


class Award(models.Model):
    """The promise: an offer first, a commitment in the book once accepted."""

    code = models.CharField(max_length=20, unique=True, help_text="as HCP-0007")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="awards")
    application = models.ForeignKey(Application, models.PROTECT, related_name="awards")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="award")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="awards")
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=choices_of(AwardState))
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    pool = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text="purpose that it is committed from; empty: the one that pays the subsidy",
    )
    rate_bp = models.PositiveIntegerField()
    list_minor = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    conditions = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    accept_by = models.DateField()
    accepted_at = models.DateTimeField(null=True)
    meet_by = models.DateField(null=True, help_text="while conditions are open: their last day")
    reminded_at = models.DateTimeField(null=True, help_text="of that day")
    started_at = models.DateTimeField(null=True, help_text="from when on it could be used")
    suspensions = models.JSONField(
        default=list, help_text="pairs of days: from which on, and until which (null: still) it was"
    )
    ended_at = models.DateTimeField(null=True)
    ended_from = models.CharField(
        max_length=10,
        blank=True,
        choices=choices_of(AwardState),
        help_text="in which state it was when it ended",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme", "state"], name="award_state"),
            models.Index(fields=["lead", "-id"], name="award_lead"),
        ]

    def __str__(self) -> str:
        return self.code

    def key_of_end(self, line_code: str) -> str:
        """The key of what the book returns of a line: an award that was taken up again has two."""
        assert self.ended_at is not None, self.code
        return f"end/{line_code}/{self.ended_at.astimezone(UTC):%Y%m%d%H%M%S%f}"


class AwardLine(models.Model):
    """One line of an award. ``code`` is the line's name in the book: ``HCP-0007.1``."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24, unique=True)
    shape = models.CharField(max_length=10, choices=choices_of(LineShape))
    device_model_code = models.CharField(max_length=40)
    service_class = models.CharField(
        max_length=40, blank=True, help_text="in which it is valued, and its jobs run"
    )
    cards = models.PositiveIntegerField(help_text="held, or at most at once")
    first_on = models.DateField()
    last_on = models.DateField(help_text="included")
    aged_from = models.DateField(
        null=True,
        help_text="from when its expiry counts, as it was exchanged from an older line; else its "
        "first day",
    )
    card_seconds = models.BigIntegerField()
    list_minor = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    plan = models.JSONField(null=True, help_text="card-hours by month, as applied for")
    sizing = models.JSONField(null=True, help_text="what its team will run, as applied for")

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "number"], name="award_line_once"),
        ]


class Condition(models.Model):
    """What must hold before an award may be used: who confirms it, and by what evidence.

    ``code`` is that of the programme's rules; empty for one that the decision set.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="before_start")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, blank=True)
    text = models.JSONField(help_text="words by language")
    confirmed_by = models.CharField(max_length=10, choices=choices_of(Role))
    needs_evidence = models.BooleanField(default=True)
    told = models.TextField(blank=True, help_text="what the lead says of it")
    told_at = models.DateTimeField(null=True)
    evidence = models.TextField(blank=True)
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    waived_by = models.CharField(
        max_length=10, blank=True, choices=choices_of(Role), help_text="who may; empty for nobody"
    )
    waived_because = models.TextField(blank=True, help_text="met by a waiver, with this reason")

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "number"], name="condition_once"),
        ]

    @property
    def settled_by(self) -> str:
        """The role that settles it and may open it again: who waived it, or else confirms it."""
        return self.waived_by if self.waived_because else self.confirmed_by


class Agreement(models.Model):
    """The text an award stands on: numbered, immutable, accepted by the lead."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    text = models.JSONField(help_text="words by language, with the lines and conditions")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "number"], name="agreement_once"),
        ]


class Member(models.Model):
    """A person who may run jobs under an award, from an instant to an instant."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=choices_of(MemberRole))
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award", "person"],
                condition=models.Q(until=None),
                name="member_once",
            ),
        ]


class LeadChange(models.Model):
    """That somebody else leads an award: asked for, agreed to by them, decided, perhaps undone."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="lead_changes")
    former = models.ForeignKey(Person, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=choices_of(LeadState))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decision_reason = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award"],
                condition=models.Q(state__in=["asked", "agreed"]),
                name="one_lead_change_open",
            ),
        ]
