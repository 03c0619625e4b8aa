"""Rows about people, organisations, tokens and the audit trail."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language

from praya.apps.choices import choices_of
from praya.apps.people.rules import AffiliationState, TokenScope
from praya.core.programme.parts import OrganisationKind


class PersonManager(BaseUserManager["Person"]):
    """Makes people; the e-mail address is what they sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:  # noqa: ANN401 -- Django's own signature
        """Make a person with a usable password, or none."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find a person by e-mail, whatever its case."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    name_zh = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="empty: as the browser asks")
    is_active = models.BooleanField(default=True)
    is_site_admin = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering: ClassVar[list[str]] = ["email"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
        ]

    def __str__(self) -> str:
        """What they are called in the language of the page, or in the other one."""
        reads_chinese = (get_language() or "").startswith("zh")
        return (self.name_zh if reads_chinese else "") or self.recorded_name

    @property
    def recorded_name(self) -> str:
        """What records call them: the same whoever reads them, and in whatever language."""
        return self.name or self.name_zh or self.email


class UnixName(models.Model):
    """What a person is called on the clusters; without it they can submit nothing there."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="unix")
    name = models.CharField(max_length=32, unique=True)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class UnixNameThere(models.Model):
    """What a person is called on one cluster, where that is otherwise; empty: no user there.

    Whoever else is called so on the clusters has no user on that one.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="unix_there")
    cluster_code = models.CharField(max_length=40)
    name = models.CharField(max_length=32, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["cluster_code", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "cluster_code"], name="one_name_there"),
            models.UniqueConstraint(
                fields=["cluster_code", "name"],
                condition=~models.Q(name=""),
                name="one_person_by_a_name_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_code}: {self.name or '–'}"


class Organisation(models.Model):
    """A body that can apply: who it is, where registered, whether somebody has checked that."""

    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30, choices=choices_of(OrganisationKind))
    place = models.CharField(max_length=6, default="HK", help_text="ISO 3166: HK, or CN-GD")
    registry = models.CharField(max_length=100, blank=True)
    registry_number = models.CharField(max_length=60, blank=True)
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "registry", "registry_number"],
                condition=~models.Q(registry_number=""),
                name="organisation_registered_once",
            ),
        ]

    def __str__(self) -> str:
        """What it is called in the language of the page, or in the other one."""
        reads_chinese = (get_language() or "").startswith("zh")
        return (self.name_zh if reads_chinese else "") or self.name

    @property
    def registration(self) -> str:
        """Where it is registered, and under which number."""
        parts = (self.place, self.registry, self.registry_number)
        return " ".join(part for part in parts if part)


class Affiliation(models.Model):
    """A person in an organisation. A manager lets others in; the founder is the first manager."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="affiliations")
    state = models.CharField(max_length=10, choices=choices_of(AffiliationState))
    is_manager = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "organisation"], name="affiliation_once"),
        ]


class Token(models.Model):
    """A personal token for the API and the terminal; only its hash is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, help_text="shown, so that a token can be recognised")
    sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=10, choices=choices_of(TokenScope))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    made_with = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="made",
        help_text="the token that called for it; ends with that one",
    )
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]


class SentForm(models.Model):
    """A form of a page that did something, so that the same one sent again does nothing more."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, help_text="of its address, its page and what it says")
    answer = models.CharField(max_length=500, help_text="where its answer led")
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "sha256"], name="form_sent_once"),
        ]


class AuditLine(models.Model):
    """One thing that was done: append-only and hash-chained; a database trigger refuses changes."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200, help_text="as it was then; praya:<round> for Praya")
    action = models.CharField(max_length=60, help_text="past tense, as award.offered")
    programme_code = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_key"], name="audit_subject"),
            models.Index(fields=["programme_code", "-id"], name="audit_programme"),
        ]

    def seal(self) -> str:
        """SHA-256 over the line and its predecessor's seal; what ``verify_trail`` recomputes."""
        content = [
            self.previous_sha256,
            self.at.astimezone(UTC).isoformat(),
            self.by_id,
            self.by_name,
            self.action,
            self.programme_code,
            self.subject_kind,
            self.subject_key,
            self.facts,
        ]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
