"""Rows about letters, what people want of them, web hooks, and what was sent to those."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from praya.apps.choices import choices_of
from praya.apps.notices.rules import HookState, How, LetterState, Topic
from praya.apps.people.models import Person


class Letter(models.Model):
    """A mail to a person: kept with the change it tells of, sent by a round, never sent twice."""

    kind = models.CharField(max_length=60)
    topic = models.CharField(max_length=20, choices=choices_of(Topic))
    to = models.ForeignKey(Person, models.PROTECT, related_name="letters")
    programme_code = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=80, blank=True, help_text="an award or an application")
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, unique=True, help_text="told once")
    made_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=choices_of(LetterState))
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    subject = models.TextField(blank=True, help_text="as it was sent")
    text = models.TextField(blank=True, help_text="as it was sent")
    sent_at = models.DateTimeField(null=True)
    digest = models.ForeignKey("self", models.PROTECT, null=True, related_name="bundled")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"],
                condition=models.Q(
                    state__in=[
                        LetterState.WAITING.value,
                        LetterState.SENDING.value,
                        LetterState.KEPT.value,
                    ]
                ),
                name="letter_due",
            ),
            models.Index(fields=["programme_code", "-id"], name="letter_programme"),
            models.Index(fields=["to", "topic", "-id"], name="letter_to"),
        ]


class Wish(models.Model):
    """How a person wants the letters of a topic, or of one kind of them.

    Without a row, a kind comes as its topic does, and a topic's letters at once.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="wishes")
    topic = models.CharField(max_length=20, choices=choices_of(Topic))
    kind = models.CharField(max_length=60, blank=True, help_text="empty: the topic as a whole")
    how = models.CharField(max_length=10, choices=choices_of(How))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "topic", "kind"], name="wish_once"),
        ]


class Hook(models.Model):
    """A web hook: an address that is sent every entry of a book, one after the other.

    ``position`` is the number of the last entry that was taken there.
    """

    programme_code = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    secret = models.BinaryField(help_text="sealed with the site's secret")
    state = models.CharField(max_length=10, choices=choices_of(HookState))
    position = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    next_try_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme_code", "id"], name="hook_programme"),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One try to take one entry to a hook, or the wish that it be taken there again."""

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    entry_number = models.PositiveBigIntegerField()
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, help_text="empty: to be sent again")
    status = models.PositiveSmallIntegerField(null=True, help_text="of the answer, if any came")
    error = models.CharField(max_length=60, blank=True)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["hook", "-id"], name="delivery_hook"),
            models.Index(
                fields=["hook", "id"],
                condition=models.Q(tried_at=None),
                name="delivery_asked",
            ),
        ]

    @property
    def is_taken(self) -> bool:
        """Whether the other side said yes."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 -- HTTP's yes
