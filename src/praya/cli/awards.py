"""Awards and their money: ``award``, ``balance``, ``statement``, ``figures``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from praya.cli.app import Terminal, app, group, terminal_of
from praya.cli.printing import print_file, shown
from praya.cli.words import _, card_hours, in_language, money, share
from praya.core.quantity import device_model_of

awards = group("award", _("Awards: offers, members, entries of the book."))
members = group("members", _("Who may run jobs under an award."), below=awards)

AwardCode = Annotated[str, typer.Argument(metavar="AWARD", help=_("As HCP-0007."))]
_NUMBERS = ("settled", "in_flight", "free", "committed")


@awards.command("list", help=_("List the awards you may see, newest first."))
def list_awards(
    context: typer.Context,
    *,
    state: Annotated[str | None, typer.Option(help=_("Only in this state, as active."))] = None,
) -> None:
    terminal = terminal_of(context)
    columns = {
        "code": _("Award"),
        "title": _("Title"),
        "organisation": _("Organisation"),
        "lead": _("Lead"),
        "state_word": _("State"),
        "first_on": _("From"),
        "last_on": _("To"),
    }
    rows = list(terminal.line.every("awards", state=state))
    terminal.table(rows, columns, none=_("There are no awards that you may see."))


@awards.command("show", help=_("Show an award: its lines, four numbers and members."))
def show_award(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    award = terminal.line.get("awards", code)
    offered = award["state"] == "offered"
    terminal.pairs(
        award,
        [
            (_("Award"), award["code"]),
            (_("Title"), award["title"] or award["title_zh"]),
            (_("Organisation"), award["organisation"]),
            (_("Lead"), award["lead"]),
            (_("State"), award["state_word"]),
            (_("Accept by"), award["accept_by"] if offered else ""),
            (_("Conditions to meet by"), award["meet_by"] if award["state"] == "waiting" else ""),
            (_("Agreement"), award["agreement_number"]),
            (_("Conditions"), award["conditions"]),
            (_("Days"), f"{award['first_on']} – {award['last_on']}"),
            (_("List price"), money(award["list_minor"], award["currency"])),
            (_("Subsidy"), money(award["subsidy_minor"], award["currency"])),
            (_("Rate"), share(award["rate_bp"])),
            (_("Used beyond the grant, charged"), _amounts(award["overrun"])),
            (_("Free use, not charged"), _amounts(award["free_use"])),
        ],
    )
    if terminal.as_json:
        return
    typer.echo()
    _show_lines(terminal, award)
    typer.echo()
    _show_members(terminal, award)
    _tell_stale(terminal, [award])


def _show_lines(terminal: Terminal, award: dict[str, Any]) -> None:
    rows = [
        {**line, **numbers} for line in award["lines"] for numbers in line["four_numbers"] or [{}]
    ]
    columns = {
        "number": _("Line"),
        "shape": _("Kind"),
        "device_model": _("Device model"),
        "cards": _("Cards"),
        "first_on": _("From"),
        "last_on": _("To"),
        **_headings(),
    }
    terminal.table(rows, columns, none=_("The award has no lines."), right=_NUMBERS)


def _show_members(terminal: Terminal, award: dict[str, Any]) -> None:
    columns = {
        "id": _("Number"),
        "name": _("Name"),
        "email": _("E-mail"),
        "role": _("Role"),
        "since": _("Since"),
    }
    terminal.table(award["members"], columns, none=_("It has no members before it is accepted."))


@awards.command("accept", help=_("Accept an offer, after you have read its agreement."))
def accept_award(
    context: typer.Context,
    code: AwardCode,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    terminal = terminal_of(context)
    number = terminal.line.get("awards", code)["agreement_number"]
    agreement = terminal.line.get("awards", code, "agreements", number)
    if not yes:
        for text in agreement["text"]["terms"].values():
            if text:
                typer.echo(shown(text), err=True)
        if before := agreement["text"].get("before_start"):
            typer.echo(_("What must hold before an award may be used."), err=True)
            for one in before:
                typer.echo(shown(f"– {in_language(one['text'])}"), err=True)
        typer.confirm(_("Accept?"), abort=True, err=True)
    award = terminal.line.send("awards", code, "accept", body={"agreement_number": number})
    accepted = _("%s is accepted.") % code
    waits = _("It can be used once its conditions are met: praya award conditions list %s") % code
    terminal.say(award, f"{accepted}\n{waits}" if award["state"] == "waiting" else accepted)


@awards.command("decline", help=_("Decline an offer."))
def decline_award(
    context: typer.Context,
    code: AwardCode,
    *,
    reason: Annotated[str, typer.Option(help=_("Why; the programme reads it."))],
) -> None:
    terminal = terminal_of(context)
    award = terminal.line.send("awards", code, "decline", body={"reason": reason})
    terminal.say(award, _("%s is declined.") % code)


@awards.command("entries", help=_("List the book's entries about an award, newest first."))
def list_entries(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "number": _("Number"),
        "at": _("At"),
        "kind_word": _("Kind"),
        "subject": _("About"),
        "sentence": _("Postings"),
    }
    rows = list(terminal.line.every("awards", code, "entries"))
    terminal.table(rows, columns, none=_("The book has no entry about it yet."))


@members.command("list", help=_("List the members of an award."))
def list_members(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    _show_members(terminal, terminal.line.get("awards", code))


@members.command("add", help=_("Let a person run jobs under an award."))
def add_member(
    context: typer.Context,
    code: AwardCode,
    email: Annotated[str, typer.Argument(help=_("The address they sign in with."))],
    *,
    role: Annotated[str, typer.Option(help=_("member or manager."))] = "member",
) -> None:
    terminal = terminal_of(context)
    member = terminal.line.send("awards", code, "members", body={"email": email, "role": role})
    terminal.say(
        member, _("%(name)s is a member of %(award)s.") % {"name": member["name"], "award": code}
    )


@members.command("remove", help=_("End a membership; jobs under way go on."))
def remove_member(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya award show” shows it."))],
) -> None:
    terminal = terminal_of(context)
    member = terminal.line.send("members", number, method="DELETE")
    terminal.say(member, _("%s is no longer a member.") % member["name"])


@app.command(
    "balance",
    help=_("Show the four numbers: settled, in flight, free, and committed, which is their sum."),
)
def balance(
    context: typer.Context,
    award: Annotated[
        str, typer.Argument(help=_("One award; all of yours when left out."), show_default=False)
    ] = "",
) -> None:
    terminal = terminal_of(context)
    found = [terminal.line.get("awards", award)] if award else list(terminal.line.every("awards"))
    rows = [{"award": one["code"], **numbers} for one in found for numbers in one["four_numbers"]]
    columns = {"award": _("Award"), "unit": _("In"), **_headings()}
    none = _("There is no award in force that you may see.")
    terminal.table(rows, columns, none=none, right=_NUMBERS)
    _tell_overrun(terminal, found)
    _tell_stale(terminal, found)


def _tell_overrun(terminal: Terminal, awards: Sequence[dict[str, Any]]) -> None:
    """What was used beyond the grants, which stands beside the four numbers."""
    for one in awards:
        if one["overrun"] and not terminal.as_json:
            sentence = _(
                "%(award)s used %(overrun)s beyond its grant. It is charged, and paid first by "
                "what becomes free."
            ) % {"award": one["code"], "overrun": _amounts(one["overrun"])}
            typer.echo(sentence, err=True)


def _amounts(by_commodity: dict[str, int]) -> str:
    """Money, and card-hours of each device model, in words."""
    return ", ".join(
        _("%(hours)s card-hours of %(model)s") % {"hours": card_hours(amount), "model": model}
        if (model := device_model_of(commodity))
        else money(amount, commodity)
        for commodity, amount in sorted(by_commodity.items())
    )


def _tell_stale(terminal: Terminal, awards: Sequence[dict[str, Any]]) -> None:
    """What of the numbers is from before, each cluster once."""
    if not terminal.as_json:
        for sentence in dict.fromkeys(said for one in awards for said in one["stale"]):
            typer.echo(sentence, err=True)


def _headings() -> dict[str, str]:
    return {
        "settled": _("Settled"),
        "in_flight": _("In flight"),
        "free": _("Free"),
        "committed": _("Committed"),
    }


@app.command("statement", help=_("Show what was charged in a month."))
def statement(
    context: typer.Context,
    code: AwardCode,
    month: Annotated[
        str, typer.Argument(help=_("As 2026-11; the months there are when left out."))
    ] = "",
    *,
    pdf: Annotated[Path | None, typer.Option(help=_("Write it on paper, to this file."))] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help=_("Print every charge as CSV."))] = False,
) -> None:
    terminal = terminal_of(context)
    if not month:
        months = terminal.line.get("awards", code, "statements")
        columns = {"month": _("Month"), "charges": _("Charges"), "card_seconds": _("Card-seconds")}
        terminal.table(months, columns, none=_("Nothing was charged yet."))
        return
    if pdf is not None:
        pdf.write_bytes(terminal.line.fetch("awards", code, "statements", month, "pdf"))
        terminal.say({"file": str(pdf)}, _("Written to %s.") % pdf)
        return
    if as_csv:
        print_file(terminal.line.fetch("awards", code, "statements", month, "csv"))
        return
    _show_statement(terminal, terminal.line.get("awards", code, "statements", month))


def _show_statement(terminal: Terminal, found: dict[str, Any]) -> None:
    if terminal.as_json:
        terminal.show(found)
        return
    sums = {name: money(found[name], found["currency"]) for name in _MONEY}
    zone = ZoneInfo(found["time_zone"])
    rows = [
        {
            **charge,
            "ended_at": f"{datetime.fromisoformat(charge['ended_at']).astimezone(zone):%F %H:%M}",
            "hours": card_hours(charge["card_seconds"]),
            **{name: money(charge[name], found["currency"]) for name in _MONEY},
        }
        for charge in found["charges"]
    ]
    columns = {
        "ended_at": f"{_('Ended')} ({found['time_zone']})",
        "what": _("What"),
        "line": _("Line"),
        "hours": _("Card-hours"),
        "list_minor": _("List price"),
        "subsidy_minor": _("Subsidy"),
        "own_minor": _("Own share"),
    }
    none = _("Nothing was charged in this month.")
    sum_row = {"what": _("Sum"), **sums}
    right = ("hours", *_MONEY)
    terminal.table([*rows, sum_row] if rows else [], columns, none=none, right=right)


_MONEY = ("list_minor", "subsidy_minor", "own_minor")


@app.command("figures", help=_("Show the public figures of a programme as last taken."))
def figures(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
    *,
    as_csv: Annotated[
        bool, typer.Option("--csv", help=_("Print them and the series behind the charts as CSV."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    if as_csv:
        print_file(terminal.line.fetch("programmes", programme, "figures", "csv"))
        return
    found = terminal.line.get("programmes", programme, "figures")
    columns = {
        "name": _("Figure"),
        "value": _("Value"),
        "first_on": _("From"),
        "last_on": _("To"),
    }
    if terminal.as_json:
        terminal.show(found)
        return
    none = _("No figures were taken yet; they are taken every day.")
    terminal.table(found["figures"], columns, none=none, right=("value",))
