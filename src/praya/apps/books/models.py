"""Rows of the book: entries and postings that never change, and balances kept beside them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.books.fields import ExactJSON, RowNumber
from praya.apps.books.rules import CorrectionState, FundingState, HoldState
from praya.apps.choices import check_choices, choices_of
from praya.apps.people.models import Person
from praya.core.ledger import Grant, Part
from praya.core.quantity import CardTime, Money


class Book(models.Model):
    """The book of one programme. Its row is locked by whoever writes in it."""

    programme_code = models.CharField(max_length=40, unique=True)
    entries = models.PositiveBigIntegerField(default=0)
    head_sha256 = models.CharField(max_length=64, blank=True)
    closed_until = models.DateField(null=True, help_text="the last day of the last closed period")
    open_from = models.DateTimeField(null=True, help_text="the instant after it")

    def __str__(self) -> str:
        return self.programme_code


class Entry(models.Model):
    """One entry: append-only and hash-chained; a database trigger refuses changes.

    Its id is computed from its book and number (``rules.entry_id``), so that the postings of one
    book are a range of ids, in the order in which they were posted.
    """

    id = RowNumber(primary_key=True)
    programme_code = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField(help_text="1, 2, 3 ... in each book")
    kind = models.CharField(max_length=20, help_text="a word of core.ledger.EntryKind")
    key = models.CharField(max_length=120, help_text="a key posts once")
    request_sha256 = models.CharField(max_length=64, help_text="what was asked under the key")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=80, db_index=True, help_text="award, line or pool")
    reverses = models.PositiveBigIntegerField(null=True, help_text="the number of another entry")
    facts = ExactJSON(default=dict)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["programme_code", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme_code", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["programme_code", "key"], name="entry_key_once"),
            models.UniqueConstraint(
                fields=["programme_code", "reverses"], name="entry_reversed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_code} #{self.number} {self.kind}"


class Posting(models.Model):
    """An amount of a commodity added to an account, or taken from it; append-only."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", db_index=False)
    account = models.CharField(max_length=120)
    commodity = models.CharField(max_length=80)
    amount = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["account", "commodity"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "account", "commodity"], name="posting_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "commodity", "entry"], name="posting_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+d} {self.commodity}"


class Line(models.Model):
    """A line of an award as the book knows it: what it counts and where its grant came from."""

    programme_code = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    award_code = models.CharField(max_length=50, db_index=True)
    pool = models.CharField(max_length=60)
    device_model = models.CharField(max_length=70)
    currency = models.CharField(max_length=6)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], name="line_once"),
        ]

    def __str__(self) -> str:
        return self.code

    def grant(self, *, time_s: int = 0, minor: int = 0) -> Grant:
        """An amount of what the line counts."""
        return Grant(CardTime(time_s, self.device_model), Money(minor, self.currency))


class Balance(models.Model):
    """What stands on an account: the sum of its postings, kept in the same transaction."""

    programme_code = models.CharField(max_length=40)
    account = models.CharField(max_length=120)
    commodity = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    may_be_negative = models.BooleanField()
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="balances")
    part = models.CharField(max_length=10, choices=choices_of(Part), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["account", "commodity"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme_code", "account", "commodity"], name="balance_once"
            ),
            models.CheckConstraint(
                condition=models.Q(may_be_negative=True) | models.Q(amount__gte=0),
                name="balance_not_overdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.commodity}"


class Hold(models.Model):
    """The worst case of one job, in flight on a line until its use is settled or it is released.

    Its id is that of the entry that made it.
    """

    made_by_entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="hold_made"
    )
    programme_code = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    line = models.ForeignKey(Line, models.PROTECT, related_name="holds", db_index=False)
    time_s = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=choices_of(HoldState), default=HoldState.OPEN.value
    )
    ended_at = models.DateTimeField(null=True)
    ended_by_entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at", "made_by_entry_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme_code", "key"], name="hold_once"),
            models.CheckConstraint(
                condition=models.Q(check_choices("state", HoldState)), name="hold_state_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["line", "-time_s"],
                condition=models.Q(state=HoldState.OPEN.value),
                name="hold_open",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def held(self) -> Grant:
        """What is in flight under the hold; reads its line."""
        return self.line.grant(time_s=self.time_s, minor=self.subsidy_minor)


class BatchRecord(models.Model):
    """A usage record among the many that one entry charges; append-only.

    The facts of the entry carry how many there are, and a hash over all of them.
    """

    programme_code = models.CharField(max_length=40)
    key = models.CharField(max_length=120, help_text="a key posts once, here or as an entry")
    request_sha256 = models.CharField(max_length=64, help_text="what was asked under the key")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="records")
    hold_key = models.CharField(max_length=120, blank=True, help_text="the hold that it ended")
    time_s = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    own_minor = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme_code", "key"], name="record_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class FundingRequest(models.Model):
    """Money asked for a pool by an officer, and what another person decided."""

    programme_code = models.CharField(max_length=40)
    pool = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=6)
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=choices_of(FundingState), default=FundingState.ASKED.value
    )
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("asked_by"))
                | ~models.Q(state=FundingState.APPROVED.value),
                name="funding_two_people",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme_code", "state"], name="funding_programme"),
        ]

    @property
    def amount(self) -> Money:
        """What is asked for."""
        return Money(self.amount_minor, self.currency)


class Correction(models.Model):
    """What one person of finance asks to have put right, and what another decided.

    Either the entry ``number`` is to be reversed, or an amount moved between two accounts.
    """

    programme_code = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField(null=True, help_text="the entry to reverse")
    source = models.CharField(max_length=120, blank=True)
    target = models.CharField(max_length=120, blank=True)
    commodity = models.CharField(max_length=80, blank=True)
    amount = models.BigIntegerField(default=0)
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=choices_of(CorrectionState), default=CorrectionState.ASKED.value
    )
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("asked_by"))
                | ~models.Q(state=CorrectionState.APPROVED.value),
                name="correction_two_people",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme_code", "state"], name="correction_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_code} {self.state}"
