"""Kinds and states."""

from __future__ import annotations

from enum import StrEnum


class InvoiceKind(StrEnum):
    """A demand, or the taking back of part of one. Both are numbered in one series."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


class ClaimState(StrEnum):
    """Written by the lead, submitted, assessed by finance, approved by another person, paid."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAID = "paid"


class ClaimStep(StrEnum):
    """What of a claim can be undone, the payment first."""

    APPROVAL = "approval"
    PAYMENT = "payment"


LETTER = {InvoiceKind.INVOICE: "I", InvoiceKind.CREDIT_NOTE: "C"}


def code_of(prefix: str, letter: str, number: int) -> str:
    """What stands on the paper: ``HCP-I0007``."""
    return f"{prefix}-{letter}{number:04d}"
