"""Rows about clusters on which awards are held."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.clusters.models import Cluster
from praya.apps.people.models import Person


class Link(models.Model):
    """How a cluster with users of its own is reached, and how it was found last."""

    cluster = models.OneToOneField(Cluster, models.PROTECT, related_name="link")
    conf = models.CharField(max_length=500, blank=True, help_text="its slurm.conf; the host's own")
    called = models.CharField(max_length=40, help_text="what the cluster calls itself")
    version = models.CharField(max_length=40)
    kinds = models.JSONField(default=dict, help_text="device model by its own name for a card")
    partitions = models.JSONField(default=list)
    checks = models.JSONField(default=list, help_text="its settings, as last looked at")
    checked_at = models.DateTimeField()
    enforced_since = models.DateTimeField(null=True, help_text="empty while nothing is changed")
    read_until = models.BigIntegerField(null=True, help_text="until when its accounts were read")
    read_at = models.DateTimeField(null=True)
    mark = models.CharField(max_length=100, blank=True, help_text="of entries and audit lines")
    facts_sha256 = models.CharField(max_length=64, blank=True, help_text="of what was wanted last")
    good_at = models.DateTimeField(null=True, help_text="when it was last seen to hold it all")
    looked_at = models.DateTimeField(null=True, help_text="when it was last looked at whole")
    silent_since = models.DateTimeField(null=True)
    outage = models.CharField(max_length=500, blank=True)
    steps = models.PositiveIntegerField(default=0, help_text="taken at the last change")
    left = models.JSONField(default=list, help_text="steps that still stand, and who refused them")
    obstacles = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["cluster__code"]

    def __str__(self) -> str:
        return self.called


class Drift(models.Model):
    """A difference that Praya did not make: found on the cluster, and what became of it."""

    link = models.ForeignKey(Link, models.PROTECT, related_name="drifts")
    account = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, help_text="of the step that mends it")
    member = models.CharField(max_length=40, blank=True)
    device_model = models.CharField(max_length=40, blank=True)
    has = models.CharField(max_length=60, blank=True)
    wants = models.CharField(max_length=60, blank=True)
    found_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60, blank=True, help_text="by the cluster's own trail")
    changed_at = models.DateTimeField(null=True)
    mended_at = models.DateTimeField(null=True)
    ignored_at = models.DateTimeField(null=True)
    ignored_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-found_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["link", "-found_at"], name="drift_link"),
        ]
