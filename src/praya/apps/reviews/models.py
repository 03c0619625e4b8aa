"""Rows about reviews."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.applications.models import Application, Submission
from praya.apps.choices import choices_of
from praya.apps.people.models import Person
from praya.apps.reviews.rules import ConflictKind, ReviewState

_IS_CONFLICTED = models.Q(state=ReviewState.CONFLICTED.value)
_HAS_CONFLICT = ~models.Q(conflict__in=["", ConflictKind.NONE.value])


class Review(models.Model):
    """One reviewer's work on one application, from assignment to the submitted marks."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="reviews")
    state = models.CharField(
        max_length=12, choices=choices_of(ReviewState), default=ReviewState.TO_DECLARE.value
    )
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    conflict = models.CharField(max_length=20, choices=choices_of(ConflictKind), blank=True)
    conflict_note = models.TextField(blank=True)
    declared_at = models.DateTimeField(null=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="+", help_text="the version marked"
    )
    comment = models.TextField(blank=True)
    comment_to_desk = models.TextField(blank=True, help_text="not shown to the applicant")
    revision = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["application", "assigned_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="review_once"),
            models.CheckConstraint(
                name="review_conflict_stands",
                condition=(_IS_CONFLICTED & _HAS_CONFLICT) | (~_IS_CONFLICTED & ~_HAS_CONFLICT),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["reviewer", "state"], name="review_reviewer"),
        ]


class CaseResult(models.Model):
    """What the submitted reviews of a case say together, kept whenever their number changes.

    It holds for the rules it was made under; who asks under others has it computed anew.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="result_kept")
    rules_sha256 = models.CharField(max_length=64, help_text="of the rule version marked under")
    text = models.TextField(help_text="as core.review.result writes it")


class Mark(models.Model):
    """A mark by criterion, with the reason."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="marks")
    criterion = models.CharField(max_length=40)
    points = models.SmallIntegerField(null=True, help_text="empty while in two minds")
    comment = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["review", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "criterion"], name="mark_once"),
        ]


class RecommendedLine(models.Model):
    """What a reviewer would give on one request line: cards held, or card-hours."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="recommended")
    number = models.PositiveSmallIntegerField()
    cards = models.PositiveIntegerField()
    card_hours = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["review", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "number"], name="recommended_line_once"),
        ]
