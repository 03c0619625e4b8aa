"""Rows about changes of awards: requests, notices, debts, and what newer awards bear."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.applications.models import Application
from praya.apps.awards.models import Agreement, Award, AwardLine
from praya.apps.changes.rules import Cause, ChangeKind, ChangeState, NoticeKind, NoticeState, Wish
from praya.apps.changes.rules.appealing import Against, AppealState, Ground
from praya.apps.choices import choices_of
from praya.apps.people.models import Person
from praya.apps.programmes.models import RuleVersion
from praya.core.quantity import Money


class Change(models.Model):
    """A change of an award: asked for by one person, granted or refused by another.

    ``wish`` is what was asked, ``entries`` the numbers of what the book posted for it.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=choices_of(ChangeKind))
    state = models.CharField(
        max_length=10, choices=choices_of(ChangeState), default=ChangeState.ASKED.value
    )
    wish = models.JSONField(default=dict)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_reason = models.TextField(blank=True)
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict, help_text="what granting it came to")
    before = models.JSONField(default=list, help_text="terms of its lines before it was granted")
    entries = models.JSONField(default=list)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    offered = models.ForeignKey(Award, models.PROTECT, null=True, related_name="renews")

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award", "kind"],
                condition=models.Q(state=ChangeState.ASKED.value),
                name="change_open_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ChangeState.GRANTED.value)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="change_two_people",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-asked_at"], name="change_state"),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.kind}"

    @property
    def wished(self) -> Wish:
        """What was asked."""
        return Wish.from_json(self.wish)


class Debt(models.Model):
    """Money that the holder of an award has to pay back; somebody of finance owns it."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="debts")
    change = models.OneToOneField(Change, models.PROTECT, related_name="debt")
    pool = models.CharField(max_length=60)
    cause = models.CharField(max_length=20, choices=choices_of(Cause))
    currency = models.CharField(max_length=6)
    amount_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField(default=0, help_text="entered so far, in the book too")
    interest_rest = models.BigIntegerField(default=0, help_text="parts of a minor unit handed on")
    interest_until = models.DateField(null=True, help_text="the last day it was entered for")
    paid_minor = models.BigIntegerField(default=0)
    set_off_minor = models.BigIntegerField(
        default=0, help_text="of what was paid: out of newer awards"
    )
    written_off_minor = models.BigIntegerField(default=0)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    amount_minor__gte=models.F("paid_minor")
                    + models.F("written_off_minor")
                    - models.F("interest_minor")
                ),
                name="debt_not_overpaid",
            ),
        ]

    @property
    def owed(self) -> Money:
        """What is neither paid nor given up, interest that was entered among it."""
        settled = self.paid_minor + self.written_off_minor
        return Money(self.amount_minor + self.interest_minor - settled, self.currency)

    @property
    def principal_minor(self) -> int:
        """What of the claim itself is open; payments pay it before the interest."""
        return max(self.amount_minor - self.paid_minor - self.written_off_minor, 0)


class DebtPayment(models.Model):
    """Money that came in on a debt, or was set off against a line of a newer award."""

    debt = models.ForeignKey(Debt, models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField()
    amount_minor = models.BigIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    line_code = models.CharField(max_length=24, blank=True, help_text="the line it was set off")
    card_seconds = models.BigIntegerField(default=0, help_text="time that went with it")
    taken_back_at = models.DateTimeField(null=True, help_text="when it was found to be none")
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_back_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["debt", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["debt", "number"], name="debt_payment_once"),
            models.UniqueConstraint(
                fields=["debt", "line_code"],
                condition=~models.Q(line_code=""),
                name="debt_set_off_once",
            ),
        ]


class AdvanceTakenOff(models.Model):
    """Part of an advance, taken off a line of a later award."""

    advance = models.ForeignKey(Change, models.PROTECT, related_name="taken_off")
    award = models.ForeignKey(Award, models.PROTECT, related_name="+")
    line_code = models.CharField(max_length=24)
    card_seconds = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    entry = models.PositiveBigIntegerField(help_text="number of the entry in the book")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["advance", "id"]


class BearingTold(models.Model):
    """That the lead was told what a line of theirs is to bear of an advance or a debt."""

    matter = models.CharField(max_length=24, help_text="as advance-12 or debt-7")
    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="+")
    on = models.DateField(help_text="the first day on which it may be cut")
    card_seconds = models.BigIntegerField(help_text="what it would be if nothing more were used")
    subsidy_minor = models.BigIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "line"], name="bearing_told_once"),
        ]


class BearingWaiver(models.Model):
    """That a line is spared an advance or a debt, with the reason; until it is withdrawn."""

    matter = models.CharField(max_length=24, help_text="as advance-12 or debt-7")
    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["matter", "line"],
                condition=models.Q(withdrawn_at=None),
                name="bearing_waived_once",
            ),
        ]


class Appeal(models.Model):
    """That a lead contests a decision, and the answer of somebody who did not decide it.

    ``contested`` names the decision; ``change`` and ``notice`` are set where it is one.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="appeals")
    against = models.CharField(max_length=8, choices=choices_of(Against))
    contested = models.CharField(max_length=40, help_text="as decision:12 or change:3")
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="appeals")
    notice = models.ForeignKey("Notice", models.PROTECT, null=True, related_name="appeals")
    decided_at = models.DateTimeField(help_text="when what is contested was told")
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=12, choices=choices_of(Ground))
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField(help_text="when it should be answered")
    state = models.CharField(
        max_length=10, choices=choices_of(AppealState), default=AppealState.OPEN.value
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["contested"],
                condition=~models.Q(state=AppealState.WITHDRAWN.value),
                name="appeal_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(answered_by=models.F("decided_by")),
                name="appeal_two_people",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_on"], name="appeal_state"),
        ]


class Notice(models.Model):
    """The word to a lead that an award is suspended or ended on a day to come."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=choices_of(NoticeKind))
    state = models.CharField(
        max_length=12, choices=choices_of(NoticeState), default=NoticeState.GIVEN.value
    )
    cause = models.CharField(max_length=20, choices=choices_of(Cause))
    reason = models.TextField()
    effective_on = models.DateField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, help_text="when an early end was agreed to")
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["effective_on", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award", "kind"],
                condition=models.Q(state__in=[NoticeState.ASKED.value, NoticeState.GIVEN.value]),
                name="notice_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("given_by")),
                name="notice_two_people",
            ),
        ]
