"""Rows about programmes, their rule versions, calls, rounds and appointments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.choices import choices_of
from praya.apps.people.models import Person
from praya.apps.programmes.rules import RoundState
from praya.core.actor import Role


class Programme(models.Model):
    """A public compute programme. What it allows stands in its rule versions."""

    code = models.CharField(max_length=40, unique=True)
    prefix = models.CharField(max_length=6, unique=True)
    name = models.JSONField(help_text="words by language, from the version in force")
    summary = models.JSONField(default=dict)
    currency = models.CharField(max_length=6)
    time_zone = models.CharField(max_length=60, default="Asia/Hong_Kong")
    made_at = models.DateTimeField()
    applications_made = models.PositiveIntegerField(default=0, help_text="numbers given out so far")
    awards_made = models.PositiveIntegerField(default=0, help_text="numbers given out so far")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class RuleVersion(models.Model):
    """The rules as they were applied: immutable, numbered, in force from a day."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rule_versions")
    number = models.PositiveIntegerField()
    effective_on = models.DateField()
    source = models.TextField(help_text="the file as it was given")
    document = models.JSONField(help_text="the file as it was understood")
    sha256 = models.CharField(max_length=64)
    changes = models.JSONField(default=list, help_text="difference to the version before")
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "number"], name="rule_version_once"),
        ]


class Round(models.Model):
    """One window of a call: applications gathered together, decided and released together."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rounds")
    call_code = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True)
    decide_by = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=choices_of(RoundState), default=RoundState.GATHERING.value
    )
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opens_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "call_code", "code"], name="round_once"),
        ]


class Appointment(models.Model):
    """A person appointed to a role in a programme, from an instant to an instant."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=10, choices=choices_of(Role))
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "person", "role"],
                condition=models.Q(until=None),
                name="appointment_once",
            ),
        ]
