"""Rows about machines."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.choices import choices_of
from praya.apps.clusters.rules import CapacityKind


class DeviceModel(models.Model):
    """A kind of accelerator, and what is counted as one of it."""

    code = models.CharField(max_length=40, unique=True)
    vendor = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    unit = models.CharField(max_length=10, default="card")
    memory_gib = models.PositiveIntegerField()
    peak = models.JSONField(
        default=list, help_text="dense peaks by precision, each with its source"
    )
    power = models.JSONField(null=True, help_text="watts at work and at rest, with their source")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.vendor} {self.name}"

    @property
    def watts_busy(self) -> int:
        """What one draws at work; 0: not known."""
        return self.power["watts"] if self.power else 0

    @property
    def watts_idle(self) -> int:
        """What one draws at rest; 0 as well where that is not known."""
        return (self.power and self.power["idle_watts"]) or 0


class Cluster(models.Model):
    """Machines behind one engine."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    engine = models.CharField(max_length=40, help_text="the entry point of its engine")
    engine_settings = models.JSONField(
        default=dict, help_text="what its engine is told; empty for what lies in its folder"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(
        null=True, help_text="since when its engine has not answered; empty while it does"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name


class Partition(models.Model):
    """Slots of one device model on a cluster, numbered from 0."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="partitions")
    code = models.CharField(max_length=40)
    device_model = models.ForeignKey(DeviceModel, models.PROTECT, related_name="partitions")
    programme_code = models.CharField(
        max_length=40, blank=True, help_text="the programme it serves; all when empty"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["cluster__code", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cluster", "code"], name="partition_once"),
        ]


class CapacityWindow(models.Model):
    """So many devices of a partition installed or in service from a day to a day, both included."""

    partition = models.ForeignKey(Partition, models.PROTECT, related_name="capacity")
    kind = models.CharField(max_length=12, choices=choices_of(CapacityKind))
    devices = models.IntegerField(help_text="negative for devices taken out, as for maintenance")
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    nodes = models.CharField(
        max_length=400, blank=True, help_text="machines taken out, by name, parted by commas"
    )
    seen_as = models.CharField(
        max_length=200, blank=True, help_text="what the cluster calls it; empty for Praya's own"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["partition", "first_on", "id"]

    @property
    def named_nodes(self) -> frozenset[str]:
        """The machines taken out, where somebody said which."""
        return frozenset(self.nodes.split(",")) - {""}
