"""Rows about public figures, and about the nightly proofs of books."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.programmes.models import Programme
from praya.apps.reports.rules import NOT_PROVED


class Snapshot(models.Model):
    """The public figures of a programme as of an instant; public pages read only this."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="snapshots")
    taken_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-taken_at", "-id"]


class BookProof(models.Model):
    """How a book stood when a night's round proved it; ``findings`` are what was wrong.

    A book that could not be read for days has the finding ``not-proved`` alone, and no head.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="proofs")
    proved_at = models.DateTimeField()
    entries = models.PositiveBigIntegerField()
    head_sha256 = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-proved_at", "-id"]

    @property
    def holds(self) -> bool:
        """Whether everything was as it was written."""
        return not self.findings

    @property
    def could_not_read(self) -> bool:
        """Whether the book could not be read, so that nothing is known of it."""
        return any(one["code"] == NOT_PROVED for one in self.findings)
