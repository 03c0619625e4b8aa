"""Rows about what rules did with lines of awards. All but reports are added and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.awards.models import Award, AwardLine
from praya.apps.people.models import Person
from praya.apps.programmes.models import RuleVersion
from praya.core.quantity import CardTime, Money


class Waiver(models.Model):
    """What a rule is not to do on a line, with the reason.

    A check by its mark, which is not to cut; without a mark, every later one of the rule. Or a part
    of the grant, or the later months of a window, which may be used all the same.
    """

    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="waivers")
    rule_code = models.CharField(max_length=40)
    mark = models.CharField(max_length=20, blank=True)
    number = models.PositiveSmallIntegerField(default=1, help_text="counts anew once withdrawn")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["line", "rule_code", "mark", "number"], name="waiver_once"
            ),
        ]


class WaiverWithdrawal(models.Model):
    """That a waiver does not count any more, with the reason."""

    waiver = models.OneToOneField(Waiver, models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")


class LineCheck(models.Model):
    """One look of a rule at a line: what stood there, what the rule called for, what it took."""

    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="checks")
    rule_code = models.CharField(max_length=40)
    mark = models.CharField(max_length=20, help_text="names the check among those of its rule")
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    due_on = models.DateField()
    looked_at = models.DateTimeField()
    used_s = models.BigIntegerField(help_text="settled or in flight")
    free_s = models.BigIntegerField()
    cut_before_s = models.BigIntegerField(help_text="taken by rules before, and not given back")
    called_s = models.BigIntegerField(help_text="what the rule by itself would take")
    cut_s = models.BigIntegerField(help_text="what it took; a larger cut of the day covers it")
    subsidy_minor = models.BigIntegerField(help_text="subsidy that went with it")
    pool = models.CharField(max_length=60, blank=True, help_text="where the subsidy went")
    entry_number = models.PositiveBigIntegerField(null=True, help_text="the book's entry")
    waiver = models.ForeignKey(Waiver, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "due_on", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["line", "rule_code", "mark"], name="line_check_once"),
        ]

    @property
    def cut(self) -> CardTime:
        """What it took."""
        return CardTime(self.cut_s, self.line.device_model_code)

    @property
    def subsidy(self) -> Money:
        """The subsidy that went with it; reads the line's award."""
        return Money(self.subsidy_minor, self.line.award.programme.currency)


class CutWarning(models.Model):
    """That the lead was told of a cut to come, and of how much."""

    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="cut_warnings")
    rule_code = models.CharField(max_length=40)
    mark = models.CharField(max_length=20)
    days_before = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    cut_s = models.BigIntegerField(help_text="what it would be if nothing more were used")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["line", "rule_code", "mark", "days_before"], name="cut_warning_once"
            ),
        ]


class LinePlan(models.Model):
    """A team's plan for a line, by month; the highest number counts."""

    line = models.ForeignKey(AwardLine, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    months = models.JSONField(help_text="card-hours by month: 2026-11")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["line", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["line", "number"], name="line_plan_once"),
        ]


class TrancheReport(models.Model):
    """A report handed in for a later part of a grant: read, and sent back or accepted.

    Its bytes lie in the data directory under their checksum. The part's highest number counts.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="tranche_reports")
    part_code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    remark = models.TextField(blank=True)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    returned_because = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "part_code", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["award", "part_code", "number"], name="tranche_report_once"
            ),
        ]


class OpenedTranche(models.Model):
    """A later part of a grant, opened since its report was accepted."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="opened_tranches")
    part_code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(default=1, help_text="counts anew once closed again")
    report = models.TextField(help_text="which report, and where it is kept")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "part_code", "number"], name="tranche_once"),
        ]


class TrancheClosing(models.Model):
    """That a part is closed again, since its report was accepted in error, with the reason."""

    opened = models.OneToOneField(OpenedTranche, models.PROTECT, related_name="closing")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")


class PaidPart(models.Model):
    """A part of an award's own share that has been paid ahead; gone if the payment was none."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="paid_parts")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 ... of the rule's parts")
    invoice_code = models.CharField(max_length=20, help_text="that asked for it")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "number"], name="paid_part_once"),
        ]

    def __str__(self) -> str:
        return self.invoice_code
