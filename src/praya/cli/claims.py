"""Claiming costs back: ``claim``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.billing import AmountText, ProgrammeCode, Reason, minor_of
from praya.cli.reading import content_of
from praya.cli.words import _, money

claims = group("claim", _("Costs that holders paid and claim back, where the rules say so."))

AwardCode = Annotated[str, typer.Argument(metavar="AWARD", help=_("The code of the award."))]
ClaimCode = Annotated[str, typer.Argument(metavar="CLAIM", help=_("The claim, as HCP-R0003."))]
LineNumber = Annotated[int, typer.Argument(min=1, max=999, help=_("The number of the line."))]
Day = Annotated[str, typer.Option(metavar="DAY", help=_("As 2026-11-30."))]


@claims.command("list", help=_("List the claims of a programme."))
def list_claims(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = list(terminal.line.every("programmes", code, "claims"))
    rows = [
        one | {name: money(one[f"{name}_minor"], one["currency"]) for name in ("share", "accepted")}
        for one in found
    ]
    columns = {
        "code": _("Claim"),
        "award": _("Award"),
        "state": _("State"),
        "share": _("Share of the costs"),
        "accepted": _("Accepted"),
        "submitted_at": _("Submitted"),
    }
    terminal.table(
        found if terminal.as_json else rows,
        columns,
        none=_("Nothing has been claimed yet."),
        right=("share", "accepted"),
    )


@claims.command("begin", help=_("Begin a claim under an award; for its lead."))
def begin(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("awards", code, "claims")
    terminal.say(made, _("Claim %s: add its costs next.") % made["code"])


@claims.command("add", help=_("Add a cost with its evidence to a draft; for the lead."))
def add(  # noqa: PLR0913 -- what one command takes
    context: typer.Context,
    code: ClaimCode,
    amount: AmountText,
    evidence: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("One file."))],
    *,
    cost: Annotated[str, typer.Option(help=_("Code of the kind of cost."))],
    origin: Annotated[str, typer.Option(help=_("Code of the origin."))],
    supplier: Annotated[str, typer.Option(help=_("Who was paid."))],
    paid_on: Day,
) -> None:
    terminal = terminal_of(context)
    currency = terminal.line.get("claims", code)["currency"]
    fields = {
        "cost": cost,
        "origin": origin,
        "supplier": supplier,
        "paid_on": paid_on,
        "amount_minor": str(minor_of(amount, currency)),
    }
    made = terminal.line.upload(
        "claims", code, "lines", name=evidence.name, content=content_of(evidence), fields=fields
    )
    _say_sums(terminal, made)


@claims.command("remove", help=_("Take a cost out of a draft; for the lead."))
def remove(context: typer.Context, code: ClaimCode, number: LineNumber) -> None:
    terminal = terminal_of(context)
    _say_sums(terminal, terminal.line.send("claims", code, "lines", number, method="DELETE"))


@claims.command("show", help=_("Show a claim with its lines."))
def show(context: typer.Context, code: ClaimCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("claims", code)
    if terminal.as_json:
        terminal.show(found)
        return
    _say_sums(terminal, found)
    terminal.pairs(found, [(_("Reason"), found["reason"])])
    currency = found["currency"]
    rows = [
        one
        | {
            "paid": money(one["cost_minor"], currency),
            "shared": money(one["share_minor"], currency),
            "accepted": ""
            if one["accepted_minor"] is None
            else money(one["accepted_minor"], currency),
            "also_in": ", ".join(one["also_in"]),
        }
        for one in found["lines"]
    ]
    columns = {
        "number": _("Line"),
        "cost": _("Cost"),
        "origin": _("Origin"),
        "supplier": _("Supplier"),
        "paid_on": _("Paid on"),
        "paid": _("Amount paid"),
        "shared": _("Share"),
        "accepted": _("Accepted"),
        "reason": _("Reason"),
        "also_in": _("The same evidence"),
    }
    terminal.table(rows, columns, none=_("No costs yet."), right=("paid", "shared", "accepted"))
    if not found["undoings"]:
        return
    undone = [one | {"amount": money(one["amount_minor"], currency)} for one in found["undoings"]]
    columns = {
        "step": _("Undone"),
        "amount": _("Amount"),
        "bank_reference": _("The bank's reference"),
        "undone_by": _("By"),
        "undone_at": _("On"),
        "reason": _("Reason"),
    }
    terminal.table(undone, columns, none="", right=("amount",))


@claims.command("submit", help=_("Submit a claim; for the lead."))
def submit(context: typer.Context, code: ClaimCode) -> None:
    terminal = terminal_of(context)
    _say_sums(terminal, terminal.line.send("claims", code, "submit"))


@claims.command("answer", help=_("Accept a cost in full, in part or not at all; for finance."))
def answer(
    context: typer.Context,
    code: ClaimCode,
    number: LineNumber,
    amount: AmountText,
    *,
    reason: Annotated[str, typer.Option(help=_("Needed for less than the share."))] = "",
) -> None:
    terminal = terminal_of(context)
    currency = terminal.line.get("claims", code)["currency"]
    body = {"accepted_minor": minor_of(amount, currency), "reason": reason}
    _say_sums(terminal, terminal.line.send("claims", code, "lines", number, "answer", body=body))


@claims.command("approve", help=_("Approve what was accepted; not by who assessed it."))
def approve(context: typer.Context, code: ClaimCode) -> None:
    terminal = terminal_of(context)
    _say_sums(terminal, terminal.line.send("claims", code, "approve"))


@claims.command("reject", help=_("Reject a claim as a whole; for finance."))
def reject(context: typer.Context, code: ClaimCode, *, reason: Reason) -> None:
    terminal = terminal_of(context)
    _say_sums(terminal, terminal.line.send("claims", code, "reject", body={"reason": reason}))


@claims.command("pay", help=_("Record that an approved claim was paid; for finance."))
def pay(
    context: typer.Context,
    code: ClaimCode,
    *,
    paid_on: Day,
    bank_reference: Annotated[str, typer.Option(help=_("The bank's own name for the payment."))],
) -> None:
    terminal = terminal_of(context)
    body = {"paid_on": paid_on, "bank_reference": bank_reference}
    _say_sums(terminal, terminal.line.send("claims", code, "pay", body=body))


@claims.command("undo-payment", help=_("Undo a payment that was none; not by who recorded it."))
def undo_payment(context: typer.Context, code: ClaimCode, *, reason: Reason) -> None:
    terminal = terminal_of(context)
    _say_sums(terminal, terminal.line.send("claims", code, "pay", "undo", body={"reason": reason}))


@claims.command("undo-approval", help=_("Have a claim decided anew; not by who approved it."))
def undo_approval(context: typer.Context, code: ClaimCode, *, reason: Reason) -> None:
    terminal = terminal_of(context)
    _say_sums(
        terminal, terminal.line.send("claims", code, "approve", "undo", body={"reason": reason})
    )


def _say_sums(terminal: Terminal, made: dict[str, Any]) -> None:
    said = _("%(claim)s, %(state)s: costs %(cost)s, share %(share)s, accepted %(accepted)s.")
    facts = {
        name: money(made[f"{name}_minor"], made["currency"])
        for name in ("cost", "share", "accepted")
    }
    terminal.say(made, said % (facts | {"claim": made["code"], "state": made["state"]}))
