"""Money to be paid back, and who waits for what came back: ``debt`` and ``waiting``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.awards import AwardCode
from praya.cli.changes import Dry, Why, ask_change, day_text
from praya.cli.words import _, card_hours, money, pgettext

debts = group("debt", _("Debts: what holders of awards have to pay back."))
waiting = group("waiting", _("The waiting list of a programme."))

DebtNumber = Annotated[int, typer.Argument(min=1, help=_("As “praya debt list” shows it."))]
Pool = Annotated[
    str, typer.Option(help=_("Out of this purpose; left out, the one that pays the subsidy."))
]
LineCode = Annotated[str, typer.Argument(metavar="LINE", help=_("As HCP-0001.1."))]
Matter = Annotated[
    str, typer.Argument(metavar="MATTER", help=_("As “praya debt ahead” shows it: debt-7."))
]
ProgrammeCode = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help=_("The code of the programme."))
]


@debts.command("list", help=_("List the debts of a programme with age and owner."))
def list_debts(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    rows = [
        {
            **row,
            "owed": money(row["owed_minor"], row["currency"]),
            "interest": money(row["interest_minor"], row["currency"]),
            "set_off": money(row["set_off_minor"], row["currency"]),
        }
        for row in terminal.line.every("programmes", code, "debts")
    ]
    columns = {
        "id": _("Number"),
        "award": _("Award"),
        "organisation": _("Organisation"),
        "owed": _("Owed"),
        "interest": _("Interest in it"),
        "set_off": _("Set off"),
        "age_days": _("Age in days"),
        "due_on": _("Due on"),
        "owner": _("Followed up by"),
    }
    terminal.table(rows, columns, none=_("Nobody owes this programme anything."), right=("owed",))


@debts.command("ahead", help=_("List what newer awards are to bear: advances and debts."))
def ahead(context: typer.Context, code: ProgrammeCode) -> None:
    _bearings(terminal_of(context), "programmes", code)


@debts.command("borne", help=_("List what an award, or an open offer, is to bear of older ones."))
def borne(context: typer.Context, code: AwardCode) -> None:
    _bearings(terminal_of(context), "awards", code)


@debts.command("waive", help=_("Spare a line an advance or a debt. For the role the rule names."))
def waive(
    context: typer.Context,
    line: LineCode,
    matter: Matter,
    *,
    reason: Why,
    withdraw: Annotated[bool, typer.Option(help=_("Take the waiver back."))] = False,
) -> None:
    terminal = terminal_of(context)
    act = "withdraw" if withdraw else "waive"
    found = terminal.line.send("lines", line, "bearings", matter, act, body={"reason": reason})
    said = _("%s bears it again; the lead is told.") if withdraw else _("%s is spared it.")
    terminal.say(found, said % line)


def _bearings(terminal: Terminal, kind: str, code: str) -> None:
    rows = [
        {
            **row,
            "amount": money(row["amount_minor"], row["currency"]),
            "time": card_hours(row["card_seconds"]),
        }
        for row in terminal.line.get(kind, code, "bearings")
    ]
    columns = {
        "matter": _("What for"),
        "older": _("Award"),
        "line": _("Line"),
        "amount": _("Amount"),
        "time": _("Time"),
        "on": _("From"),
        "waived": _("Waived"),
    }
    none = _("As things stand, no award is to bear anything of another.")
    terminal.table(rows, columns, none=none, right=("amount", "time"))


@debts.command("pay", help=_("Record money that came in on a debt."))
def pay(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    number: DebtNumber,
    *,
    payment: Annotated[int, typer.Option(min=1, help=_("1 for the first payment, then 2."))],
    minor: Annotated[int, typer.Option(min=1, help=_("In minor units, as cents."))],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=_("When it came in."))],
    reference: Annotated[str, typer.Option(help=_("The bank's reference."))] = "",
) -> None:
    terminal = terminal_of(context)
    given = {
        "number": payment,
        "amount_minor": minor,
        "paid_on": day_text(on),
        "reference": reference,
    }
    debt = terminal.line.send("debts", number, "payments", body=given)
    owed = money(debt["owed_minor"], debt["currency"])
    terminal.say(debt, _("Recorded. Still owed: %s.") % owed)


@debts.command("take-back", help=_("Take back a payment that was none; not by who recorded it."))
def take_back(
    context: typer.Context,
    number: DebtNumber,
    payment: Annotated[int, typer.Argument(min=1, help=_("1 for the first payment, then 2."))],
    *,
    reason: Why,
) -> None:
    terminal = terminal_of(context)
    path = ("debts", number, "payments", payment, "take-back")
    debt = terminal.line.send(*path, body={"reason": reason})
    owed = money(debt["owed_minor"], debt["currency"])
    terminal.say(debt, _("Taken back. Owed again: %s.") % owed)


@debts.command("assign", help=_("Give a debt to another owner of finance."))
def assign(
    context: typer.Context,
    number: DebtNumber,
    email: Annotated[str, typer.Argument(help=_("The address they sign in with."))],
) -> None:
    terminal = terminal_of(context)
    debt = terminal.line.send("debts", number, "owner", body={"email": email}, method="PUT")
    terminal.say(debt, _("It belongs to %s now.") % debt["owner"])


@debts.command("write-off", help=_("Ask that a debt is given up, in whole or in part."))
def write_off(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    number: DebtNumber,
    *,
    authority: Annotated[str, typer.Option(help=_("The minute or delegation it rests on."))],
    minor: Annotated[int, typer.Option(min=0, help=_("In minor units; all if left out."))] = 0,
    reason: Why = "",
    preview: Dry = False,
) -> None:
    code = terminal_of(context).line.get("debts", number)["award"]
    wish = {"debt": number, "amount_minor": minor, "authority": authority}
    ask_change(context, code, "write-off", reason, preview=preview, **wish)


@waiting.command("list", help=_("List the cases that wait, best first."))
def list_waiting(context: typer.Context, code: ProgrammeCode, *, pool: Pool = "") -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "waiting-list", pool=pool or None)
    if terminal.as_json:
        terminal.show(found)
        return
    _show_pools(terminal, found)
    rows = [
        {**case, "subsidy": money(case["subsidy_minor"], found["currency"])}
        for case in found["cases"]
    ]
    columns = {
        "rank": _("Rank"),
        "application": _("Application"),
        "title": _("Title"),
        "subsidy": _("Subsidy"),
        "is_payable": _("The pool can pay"),
        "is_next": pgettext("on the waiting list", "Next"),
    }
    terminal.table(rows, columns, none=_("No case is on the waiting list."), right=("subsidy",))


def _show_pools(terminal: Terminal, found: dict[str, Any]) -> None:
    """What each purpose has left, where there is a choice."""
    rows = [
        {**one, "left": money(one["left_minor"], found["currency"])}
        for one in found["pools"]
        if one["pays_subsidy"] or one["free_minor"]
    ]
    if len(rows) > 1:
        terminal.table(rows, {"pool": _("Purpose"), "left": _("Left to offer")}, none="")
        typer.echo()


@waiting.command("offer", help=_("Offer an award to the next case on the list."))
def offer(
    context: typer.Context,
    application: Annotated[str, typer.Argument(help=_("As HCP-A0012."))],
    *,
    reason: Why,
    pool: Pool = "",
) -> None:
    terminal = terminal_of(context)
    body = {"reason": reason, "pool": pool}
    made = terminal.line.send("applications", application, "offer", body=body)
    terminal.say(made, _("%s is offered.") % made["award"])
