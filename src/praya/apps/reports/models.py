"""Rows about public figures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.programmes.models import Programme


class Snapshot(models.Model):
    """The public figures of a programme as of an instant; public pages read only this."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="snapshots")
    taken_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-taken_at", "-id"]
