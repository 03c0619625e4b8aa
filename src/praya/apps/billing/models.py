"""Rows about invoices, payments, closed months and claims."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.awards.models import Award
from praya.apps.billing.rules import ClaimState, ClaimStep, InvoiceKind
from praya.apps.choices import choices_of
from praya.apps.people.models import Person
from praya.apps.programmes.models import Programme
from praya.core.quantity import Money


class PeriodClose(models.Model):
    """A month that was closed, with what was checked and how the book stood; append-only."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="period_closes")
    month = models.CharField(max_length=7)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    checks = models.JSONField(help_text="what was checked, with its figures")
    entries = models.PositiveBigIntegerField(help_text="length of the book")
    head_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-month"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "month"], name="period_close_once"),
        ]


class Invoice(models.Model):
    """An invoice or a credit note as it was issued; append-only. What is open is in the book."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="invoices")
    number = models.PositiveIntegerField(help_text="1, 2, 3 ... in each programme, without gaps")
    code = models.CharField(max_length=20, unique=True, help_text="as HCP-I0007 or HCP-C0008")
    kind = models.CharField(max_length=12, choices=choices_of(InvoiceKind))
    award = models.ForeignKey(Award, models.PROTECT, related_name="invoices")
    month = models.CharField(max_length=7)
    ahead_part = models.PositiveSmallIntegerField(
        null=True, help_text="the part of an own share that is asked for before use"
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    currency = models.CharField(max_length=6)
    amount_minor = models.BigIntegerField(help_text="asked for, or taken back")
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    reason = models.TextField(blank=True)
    content = models.JSONField(help_text="all else that stands on the paper")
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["award", "month"],
                condition=models.Q(kind=InvoiceKind.INVOICE.value, ahead_part=None),
                name="invoice_month_once",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def amount(self) -> Money:
        """What is asked for, or taken back."""
        return Money(self.amount_minor, self.currency)


class CreditedBefore(models.Model):
    """What of an award was undone in a closed month once credit notes had given it; append-only."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["award", "month"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["award", "month"], name="credited_before_once"),
        ]


class Payment(models.Model):
    """Money that came in for an invoice, or the undoing of such a payment; append-only."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=6)
    paid_on = models.DateField()
    bank_reference = models.CharField(max_length=80, help_text="the bank's own; it counts once")
    attempt = models.PositiveSmallIntegerField(help_text="one more after each that was undone")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["invoice", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "bank_reference", "attempt"],
                condition=models.Q(undoes=None),
                name="payment_reference_once",
            ),
        ]

    @property
    def amount(self) -> Money:
        """What came in, or went out again."""
        return Money(self.amount_minor, self.currency)


class Claim(models.Model):
    """Costs that the holders of an award paid and claim back."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="claims")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=20, unique=True, help_text="as HCP-R0003")
    award = models.ForeignKey(Award, models.PROTECT, related_name="claims")
    currency = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=choices_of(ClaimState))
    begun_at = models.DateTimeField()
    claimed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, help_text="why it was rejected as a whole")
    paid_on = models.DateField(null=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "number"], name="claim_number_once"),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("claimed_by"))
                | models.Q(state=ClaimState.REJECTED.value),
                name="claim_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ClaimLine(models.Model):
    """One cost of a claim, with its evidence and what finance made of it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    cost_code = models.CharField(max_length=40)
    origin = models.CharField(max_length=40)
    supplier = models.CharField(max_length=200)
    paid_on = models.DateField()
    cost_minor = models.BigIntegerField(help_text="what was paid")
    share = models.CharField(max_length=9, help_text="as 2/3, of the rules on the day of payment")
    share_minor = models.BigIntegerField(help_text="that share of the cost, rounded down")
    accepted_minor = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    assessed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["claim", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["claim", "number"], name="claim_line_once"),
            models.CheckConstraint(
                condition=models.Q(accepted_minor=None)
                | models.Q(accepted_minor__gte=0, accepted_minor__lte=models.F("share_minor")),
                name="claim_line_within_share",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sha256"], name="claim_line_evidence"),
        ]


class ClaimUndoing(models.Model):
    """An approval or a payment of a claim that was turned round; append-only."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="undoings")
    step = models.CharField(max_length=10, choices=choices_of(ClaimStep))
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 ... of this step of the claim")
    amount_minor = models.BigIntegerField(help_text="what was approved, or paid")
    done_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    paid_on = models.DateField(null=True, help_text="of the payment")
    bank_reference = models.CharField(max_length=80, blank=True, help_text="of the payment")
    reason = models.TextField()
    entry = models.PositiveBigIntegerField(help_text="number of the reversal in the book")
    undone_at = models.DateTimeField()
    undone_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["claim", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["claim", "step", "number"], name="claim_undone_once"),
            models.CheckConstraint(
                condition=~models.Q(undone_by=models.F("done_by")), name="claim_undone_by_another"
            ),
        ]


class YearWaiver(models.Model):
    """That what a year of a purpose leaves stays in the pool, with the reason."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="year_waivers")
    purpose = models.CharField(max_length=60)
    first_on = models.DateField(help_text="of the year")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["programme", "at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "purpose", "first_on"],
                condition=models.Q(withdrawn_at=None),
                name="year_waived_once",
            ),
        ]
