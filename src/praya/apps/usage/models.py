"""Rows about jobs, usage records and charges."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.awards.models import Award, AwardLine
from praya.apps.choices import choices_of
from praya.apps.clusters.models import Partition
from praya.apps.people.models import Person
from praya.apps.programmes.models import RuleVersion
from praya.apps.usage.rules import JobState, UsageKind
from praya.core.execution.accounting import RunEnd


class Job(models.Model):
    """A user's job under one line of an award.

    It exists only once its worst case is held, or is let run as free use.
    """

    code = models.CharField(max_length=20, unique=True)
    key = models.CharField(
        max_length=100, unique=True, help_text="the submitter's idempotency key, with the person"
    )
    award = models.ForeignKey(Award, models.PROTECT, related_name="jobs")
    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="jobs")
    partition = models.ForeignKey(Partition, models.PROTECT, related_name="jobs")
    member = models.ForeignKey(Person, models.PROTECT, related_name="jobs")
    name = models.CharField(max_length=200)
    argv = models.JSONField(default=list)
    script = models.TextField(blank=True)
    directory = models.CharField(max_length=1000, blank=True)
    environment = models.JSONField(default=dict)
    cards = models.PositiveIntegerField()
    time_limit_s = models.PositiveIntegerField()
    service_class = models.CharField(
        max_length=40, blank=True, help_text="fixed at submission: the line's, or as it named"
    )
    factor = models.CharField(
        max_length=9, blank=True, help_text="of the class on the price, as 3/2; empty for none"
    )
    is_free_use = models.BooleanField(
        default=False, help_text="admitted beyond the grant: nothing is held or charged; it yields"
    )
    state = models.CharField(
        max_length=10, choices=choices_of(JobState), default=JobState.WAITING.value
    )
    attempt = models.PositiveSmallIntegerField(default=1)
    wait_reason = models.JSONField(default=dict, help_text="code and facts of why it waits")
    slots = models.JSONField(default=list)
    submitted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="when it last ran, to the minute")
    ended_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    cancel_asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    exit_code = models.IntegerField(null=True)
    signal = models.IntegerField(null=True)
    settled_at = models.DateTimeField(null=True, help_text="when its hold was settled or released")
    counted_s = models.BigIntegerField(
        null=True, help_text="card-seconds in its cluster's own counter, once it was told of"
    )
    forgotten_at = models.DateTimeField(null=True, help_text="when its folder and output went")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "id"], name="job_state"),
            models.Index(fields=["award", "-id"], name="job_award"),
            models.Index(fields=["member", "-id"], name="job_member"),
            models.Index(
                fields=["ended_at"], condition=models.Q(forgotten_at=None), name="job_kept"
            ),
            models.Index(
                fields=["line"],
                condition=models.Q(is_free_use=True, settled_at=None),
                name="job_free_use",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class UsageRecord(models.Model):
    """What was held, by whom, from when to when: immutable, told apart by its key."""

    key = models.CharField(
        max_length=120, unique=True, help_text="cluster:job:attempt or lease:line:day"
    )
    kind = models.CharField(max_length=10, choices=choices_of(UsageKind))
    # Looked for by ``usage_line``.
    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="usage", db_index=False)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="usage")
    cluster_code = models.CharField(max_length=40, blank=True)
    device_model_code = models.CharField(max_length=40)
    cards = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    card_seconds = models.BigIntegerField()
    received_at = models.DateTimeField()
    # Of jobs that came in on a cluster itself; empty for all others.
    number = models.CharField(max_length=60, blank=True, help_text="the job's own there, as 27_3")
    member = models.CharField(max_length=40, blank=True, help_text="the user's name there")
    end = models.CharField(max_length=20, choices=choices_of(RunEnd), blank=True)
    # What a forecast learns of them besides; empty where it was received before that was kept.
    submitted_at = models.DateTimeField(null=True)
    time_limit_s = models.BigIntegerField(null=True, help_text="0 for none")
    nodes = models.PositiveIntegerField(null=True, help_text="machines its cards were on")

    class Meta:
        ordering: ClassVar[list[str]] = ["-ended_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["line", "-ended_at"], name="usage_line"),
            models.Index(fields=["ended_at"], name="usage_ended"),
            models.Index(
                fields=["cluster_code", "number"],
                condition=~models.Q(number=""),
                name="usage_number",
            ),
            # The latest of those, without a sort of them all.
            models.Index(
                fields=["-ended_at", "id"],
                condition=~models.Q(number=""),
                name="usage_number_ended",
            ),
        ]


class Charge(models.Model):
    """A usage record rated: list price, subsidy, own share, under which price and rule version."""

    usage = models.OneToOneField(UsageRecord, models.PROTECT, related_name="charge")
    # Charges are looked for by their use, and by award and month: each index more is dear here.
    award = models.ForeignKey(Award, models.PROTECT, related_name="charges", db_index=False)
    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="charges", db_index=False)
    month = models.CharField(max_length=7, help_text="the statement it stands on: 2026-11")
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+", db_index=False)
    price_minor_per_hour = models.BigIntegerField(help_text="list price of a card-hour")
    price_from = models.DateField(help_text="since when that price is in the price list")
    service_class = models.CharField(max_length=40, blank=True, help_text="it is in that price")
    rate_bp = models.PositiveIntegerField()
    card_seconds = models.BigIntegerField()
    list_minor = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    own_minor = models.BigIntegerField()
    entry_key = models.CharField(max_length=160, help_text="the book's entry")
    charged_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-charged_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["award", "month"], name="charge_month"),
        ]


class ChargeMonth(models.Model):
    """Sums of an award's charges by month, kept with the charges, so that no page adds on view."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="charge_months")
    month = models.CharField(max_length=7)
    charges = models.PositiveIntegerField(default=0)
    card_seconds = models.BigIntegerField(default=0)
    list_minor = models.BigIntegerField(default=0)
    subsidy_minor = models.BigIntegerField(default=0)
    own_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-month", "award"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "month"], name="charge_month_once"),
        ]


class UsageDay(models.Model):
    """Sums by line and day, kept with the records, so that no page counts on view."""

    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=choices_of(UsageKind))
    card_seconds = models.BigIntegerField(default=0)
    jobs = models.PositiveIntegerField(default=0)
    list_minor = models.BigIntegerField(default=0)
    subsidy_minor = models.BigIntegerField(default=0)
    own_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["line", "day", "kind"], name="usage_day_once"),
        ]


class ClusterUse(models.Model):
    """What was received of an award's use of a cluster, charged or not, kept with the records.

    It is what the cluster's own counter shows of runs that are over.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="cluster_use")
    cluster_code = models.CharField(max_length=40)
    device_model_code = models.CharField(max_length=40)
    card_seconds = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "cluster_code", "device_model_code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award", "cluster_code", "device_model_code"], name="cluster_use_once"
            ),
        ]


class SetAside(models.Model):
    """A run of a cluster that was not charged: given back, its end lost, or no line to charge."""

    key = models.CharField(max_length=120, unique=True, help_text="as a usage record's")
    award = models.ForeignKey(Award, models.PROTECT, related_name="set_aside")
    cluster_code = models.CharField(max_length=40)
    job_id = models.CharField(max_length=60)
    member = models.CharField(max_length=40, help_text="the user's name on the cluster")
    device_model_code = models.CharField(max_length=40)
    card_seconds = models.BigIntegerField()
    ended_at = models.DateTimeField()
    why = models.CharField(max_length=60, help_text="how it ended, or the refusal's code")
    is_refund = models.BooleanField(help_text="the award may use as much again")
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-ended_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["cluster_code", "-ended_at"], name="set_aside_cluster"),
        ]


class RunCorrection(models.Model):
    """A run that the cluster told otherwise after it was received: what became of it; append-only.

    What was charged is undone by a record of as much less than nothing, and charged anew by
    another; both are records, charges and entries like any other.
    """

    key = models.CharField(max_length=120, help_text="of the run's first usage record")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 ... for each run")
    award = models.ForeignKey(Award, models.PROTECT, related_name="run_corrections")
    cluster_code = models.CharField(max_length=40)
    job_id = models.CharField(max_length=60)
    member = models.CharField(max_length=40, help_text="the user's name on the cluster")
    was_s = models.BigIntegerField(help_text="card-seconds that were charged")
    becomes_s = models.BigIntegerField(help_text="card-seconds that are charged now")
    is_refund = models.BooleanField(help_text="now given back by the rules, so nothing is charged")
    undone = models.ForeignKey(UsageRecord, models.PROTECT, null=True, related_name="+")
    anew = models.ForeignKey(UsageRecord, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "number"], name="run_correction_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["cluster_code", "-made_at"], name="run_correction_cluster"),
        ]
