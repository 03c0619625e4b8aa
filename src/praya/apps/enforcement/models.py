"""Rows about clusters on which awards are held."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.awards.models import Award
from praya.apps.choices import choices_of
from praya.apps.clusters.models import Cluster
from praya.apps.enforcement.rules import AdoptionKind
from praya.apps.people.models import Person
from praya.apps.usage.models import Job
from praya.core.execution.completeness import ReasonKind


class Link(models.Model):
    """How a cluster with users of its own is reached, and how it was found last."""

    cluster = models.OneToOneField(Cluster, models.PROTECT, related_name="link")
    conf = models.CharField(max_length=500, blank=True, help_text="its slurm.conf; the host's own")
    called = models.CharField(max_length=40, help_text="what the cluster calls itself")
    version = models.CharField(max_length=40)
    kinds = models.JSONField(default=dict, help_text="device model by its own name for a card")
    partitions = models.JSONField(default=list)
    checks = models.JSONField(default=list, help_text="its settings, as last looked at")
    line = models.JSONField(null=True, help_text="how it orders those that wait, as last looked at")
    qualities = models.JSONField(
        default=dict, help_text="priority of each class of service, as last looked at"
    )
    checked_at = models.DateTimeField()
    enforced_since = models.DateTimeField(null=True, help_text="empty while nothing is changed")
    charged_since = models.DateTimeField(
        null=True, help_text="when awards were first held; kept while they are not"
    )
    read_until = models.BigIntegerField(null=True, help_text="until when its accounts were read")
    read_at = models.DateTimeField(null=True)
    lost = models.JSONField(
        default=dict, help_text="since when runs in its accounts are unknown to its controller"
    )
    counters = models.JSONField(
        default=dict, help_text="that were lost, and what they no longer show"
    )
    jobs_at = models.DateTimeField(null=True, help_text="of when the jobs alive there are")
    mark = models.CharField(max_length=100, blank=True, help_text="of entries and audit lines")
    facts_sha256 = models.CharField(max_length=64, blank=True, help_text="of what was wanted last")
    turn = models.PositiveIntegerField(
        default=0, help_text="grows when people decide about it: what was seen before is of no use"
    )
    good_at = models.DateTimeField(null=True, help_text="when it was last seen to hold it all")
    looked_at = models.DateTimeField(null=True, help_text="when it was last looked at whole")
    silent_since = models.DateTimeField(null=True, help_text="when asked what it holds")
    outage = models.CharField(max_length=500, blank=True)
    accounts_silent_since = models.DateTimeField(null=True)
    accounts_outage = models.CharField(max_length=500, blank=True)
    jobs_silent_since = models.DateTimeField(null=True)
    jobs_outage = models.CharField(max_length=500, blank=True)
    steps = models.PositiveIntegerField(default=0, help_text="taken at the last change")
    left = models.JSONField(default=list, help_text="steps that still stand, and who refused them")
    obstacles = models.JSONField(default=list)
    reservations = models.JSONField(default=list, help_text="as last looked at, all of them")
    compared_at = models.DateTimeField(null=True, help_text="when its sums were last compared")
    summed_until = models.DateTimeField(null=True, help_text="how far its own sums went then")
    unread = models.JSONField(default=list, help_text="lines that could not be read, and why")

    class Meta:
        ordering: ClassVar[list[str]] = ["cluster__code"]

    def __str__(self) -> str:
        return self.called


class Told(models.Model):
    """What was wanted of a cluster when it was last brought to it, see ``differences.as_told``."""

    link = models.OneToOneField(Link, models.CASCADE, related_name="told")
    wanted = models.JSONField()


class ClusterJob(models.Model):
    """A job alive under an award's account, as last read; it runs since ``began_at``, or waits."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="jobs")
    award = models.ForeignKey(Award, models.PROTECT, related_name="cluster_jobs")
    job = models.ForeignKey(
        Job, models.PROTECT, null=True, related_name="+", help_text="where Praya submitted it"
    )
    number = models.CharField(max_length=60, help_text="its own there, as 27_3")
    member = models.CharField(max_length=40, help_text="the user's name there")
    partition = models.CharField(max_length=60)
    device_model_code = models.CharField(max_length=40, blank=True)
    cards = models.PositiveIntegerField()
    time_limit_s = models.BigIntegerField(help_text="0 for none")
    submitted_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True, help_text="when the cluster expects to begin it")
    reason = models.CharField(max_length=60, blank=True, help_text="the cluster's word")
    holds = models.CharField(max_length=20, help_text="what that means; see ``Holds``")
    whose = models.CharField(max_length=20, blank=True)
    ahead = models.PositiveIntegerField(default=0)
    account = models.CharField(max_length=100, default="")
    nodes = models.PositiveIntegerField(default=0, help_text="machines; 0: not told")
    cards_asked = models.PositiveIntegerField(
        null=True, help_text="where it waits for whole nodes, and so for more"
    )
    unheld_s = models.BigIntegerField(
        default=0, help_text="card-seconds of its worst case that the book could not hold"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-submitted_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["link", "number"], name="cluster_job_number"),
        ]

    def __str__(self) -> str:
        return f"{self.link.cluster.code}/{self.number}"


class Drift(models.Model):
    """A difference that Praya did not make: found on the cluster, and what became of it."""

    link = models.ForeignKey(Link, models.PROTECT, related_name="drifts")
    account = models.CharField(max_length=100)
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


class ComparedDay(models.Model):
    """A day of an account and a device model: the cluster's own sum, and what was charged.

    It is made anew whenever the day is compared again.
    """

    link = models.ForeignKey(Link, models.CASCADE, related_name="compared_days")
    day = models.DateField()
    account = models.CharField(max_length=100)
    award_code = models.CharField(max_length=50)
    device_model = models.CharField(max_length=40, blank=True)
    summed_s = models.BigIntegerField(help_text="card-seconds in the cluster's own sums")
    charged_s = models.BigIntegerField(help_text="card-seconds charged, of the same hours")
    to_look_at_s = models.BigIntegerField(help_text="of the difference, what nobody can explain")
    until = models.DateTimeField(help_text="how far the day was summed")
    compared_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when operators were told to look at it")

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "account", "device_model"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["link", "day", "account", "device_model"], name="compared_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.account}"

    @property
    def difference_s(self) -> int:
        """Positive where the cluster has more."""
        return self.summed_s - self.charged_s


class DayDifference(models.Model):
    """A part of a day's difference, and the run it comes from if it comes from one."""

    of = models.ForeignKey(ComparedDay, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=20, choices=choices_of(ReasonKind))
    card_seconds = models.BigIntegerField(help_text="positive where the cluster has more")
    job_id = models.CharField(max_length=60, blank=True)
    member = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=120, blank=True, help_text="of the run")
    why = models.CharField(max_length=60, blank=True, help_text="of what was set aside")

    class Meta:
        ordering: ClassVar[list[str]] = ["of", "-card_seconds", "id"]

    def __str__(self) -> str:
        return f"{self.of} {self.kind}"

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody has to find out what happened."""
        return ReasonKind(self.kind).needs_a_look


class Adoption(models.Model):
    """What was taken over of a cluster, or asked to be; it counts once it is agreed."""

    link = models.ForeignKey(Link, models.PROTECT, related_name="adoptions")
    account = models.CharField(max_length=100)
    award = models.ForeignKey(
        Award, models.PROTECT, null=True, related_name="+", help_text="whose an account becomes"
    )
    kind = models.CharField(max_length=10, choices=choices_of(AdoptionKind))
    value = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="where two are needed"
    )
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    before = models.JSONField(
        default=dict, help_text="an account as it was before it was taken over; see ``as_before``"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("asked_by")),
                name="adoption_two_people",
            ),
            models.UniqueConstraint(
                fields=["link", "award"],
                condition=models.Q(ended_at=None, award__isnull=False),
                name="adoption_one_account",
            ),
            models.UniqueConstraint(
                fields=["link", "account"],
                condition=models.Q(ended_at=None, award__isnull=False),
                name="adoption_one_award",
            ),
        ]
