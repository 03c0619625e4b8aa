"""Changes of awards: ``award extend``, ``award supplement`` and the like, and ``change``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.awards import AwardCode, awards
from praya.cli.trouble import Trouble
from praya.cli.words import _, card_hours, money
from praya.core.quantity import device_model_of

changes = group("change", _("Requests for changes of awards: seen, granted, refused."))

ChangeNumber = Annotated[int, typer.Argument(min=1, help=_("As “praya change list” shows it."))]
Why = Annotated[str, typer.Option(help=_("Why; whoever decides reads it."))]
LineNumber = Annotated[int, typer.Option(min=1, help=_("The number of the line."))]
Hours = Annotated[int, typer.Option(min=1, help=_("Card-hours."))]
Dry = Annotated[bool, typer.Option("--preview", help=_("Show what it would do; ask nothing."))]
LastDay = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=_("The last day."))]


@awards.command("extend", help=_("Ask for a later last day; nothing is added."))
def extend(
    context: typer.Context,
    code: AwardCode,
    *,
    until: LastDay,
    reason: Why = "",
    preview: Dry = False,
) -> None:
    ask_change(context, code, "extension", reason, preview=preview, last_on=day_text(until))


def _asks_for_hours(kind: str) -> Callable[..., None]:
    """The command that asks for card-hours on a line, in a kind of change."""

    def ask(  # noqa: PLR0913 -- options of one command
        context: typer.Context,
        code: AwardCode,
        *,
        line: LineNumber,
        hours: Hours,
        reason: Why = "",
        preview: Dry = False,
    ) -> None:
        ask_change(context, code, kind, reason, preview=preview, line=line, card_hours=hours)

    return ask


awards.command("supplement", help=_("Ask for more card-hours on a line."))(
    _asks_for_hours("supplement")
)
awards.command("advance", help=_("Ask for card-hours now, taken off a later award."))(
    _asks_for_hours("advance")
)


@awards.command("transfer", help=_("Ask to move card-hours to another line."))
def transfer(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    line: LineNumber,
    to: Annotated[int, typer.Option(min=1, help=_("The number of the line that takes."))],
    hours: Hours,
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish = {"line": line, "to_line": to, "card_hours": hours}
    ask_change(context, code, "transfer", reason, preview=preview, **wish)


@awards.command("exchange", help=_("Ask for another device model, at the rate of the day."))
def exchange(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    line: LineNumber,
    into: Annotated[str, typer.Option(help=_("The code of the device model."))],
    hours: Hours,
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish = {"line": line, "device_model": into, "card_hours": hours}
    ask_change(context, code, "exchange", reason, preview=preview, **wish)


@awards.command("renew", help=_("Ask for a new period, offered with its own agreement."))
def renew(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    until: LastDay,
    amount: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINE=AMOUNT",
            help=_("As 1=500: card-hours, or cards of a lease; 0 leaves it out. May be repeated."),
        ),
    ] = None,
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish: dict[str, Any] = {"last_on": day_text(until)}
    if amount:
        wish["amounts"] = dict(_amount(given) for given in amount)
    ask_change(context, code, "renewal", reason, preview=preview, **wish)


@awards.command("cards", help=_("Ask for other cards on a lease, from a day on."))
def cards(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    line: LineNumber,
    count: Annotated[int, typer.Option("--cards", min=1, help=_("In place of those it has."))],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=_("The first day."))],
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish = {"line": line, "cards": count, "since_on": day_text(since)}
    ask_change(context, code, "cards", reason, preview=preview, **wish)


def _amount(given: str) -> tuple[str, int]:
    line, equals, amount = given.partition("=")
    if not equals or not line.isdecimal() or not amount.isdecimal():
        raise typer.BadParameter(_("“%s” is not like 1=500.") % given)
    return line, int(amount)


@awards.command("reduce", help=_("Ask that card-hours go back to a purpose, as an officer."))
def reduce(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    line: LineNumber,
    hours: Hours,
    pool: Annotated[str, typer.Option(help=_("The purpose; the line's own if left out."))] = "",
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish = {"line": line, "card_hours": hours, "pool": pool}
    ask_change(context, code, "reduction", reason, preview=preview, **wish)


@awards.command("recover", help=_("Ask that money is claimed back, as an officer."))
def recover(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    formula: Annotated[str, typer.Option(help=_("unspent, since-breach, all, rate-difference."))],
    cause: Annotated[str, typer.Option(help=_("As wrong-purpose, no-report, resale."))] = "other",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("The day of the breach."))
    ] = None,
    rate: Annotated[
        str, typer.Option(help=_("The rate that fits: its code in the rules, or percent."))
    ] = "",
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish: dict[str, Any] = {"formula": formula, "cause": cause, "rate": rate}
    if since is not None:
        wish["since_on"] = day_text(since)
    ask_change(context, code, "recovery", reason, preview=preview, **wish)


@awards.command("exclude", help=_("Ask that its organisation may not apply for a time."))
def exclude(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    until: LastDay,
    cause: Annotated[str, typer.Option(help=_("As wrong-purpose, no-report, resale."))] = "other",
    reason: Why = "",
    preview: Dry = False,
) -> None:
    wish = {"last_on": day_text(until), "cause": cause}
    ask_change(context, code, "exclusion", reason, preview=preview, **wish)


@awards.command("suspend", help=_("Admit no more jobs for now; what runs goes on."))
def suspend(context: typer.Context, code: AwardCode, *, reason: Why) -> None:
    terminal = terminal_of(context)
    award = terminal.line.send("awards", code, "suspend", body={"reason": reason})
    terminal.say(award, _("%s is suspended.") % code)


@awards.command("resume", help=_("Admit jobs again."))
def resume(context: typer.Context, code: AwardCode, *, reason: Why) -> None:
    terminal = terminal_of(context)
    award = terminal.line.send("awards", code, "resume", body={"reason": reason})
    terminal.say(award, _("%s is active again.") % code)


@awards.command("end", help=_("Ask for its end at once, for a cause that the rules name."))
def end(
    context: typer.Context,
    code: AwardCode,
    *,
    cause: Annotated[str, typer.Option(help=_("As false-statement, sanctions, own-wish."))],
    reason: Why = "",
    preview: Dry = False,
) -> None:
    ask_change(context, code, "end", reason, preview=preview, cause=cause)


@awards.command("acknowledge", help=_("Accept the version of the agreement that counts."))
def acknowledge(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    number = terminal.line.get("awards", code)["agreement_number"]
    agreement = terminal.line.send("awards", code, "agreements", number, "acknowledge")
    terminal.say(agreement, _("Version %s of the agreement is accepted.") % number)


@changes.command("list", help=_("List requests for changes that you may see, newest first."))
def list_changes(
    context: typer.Context,
    *,
    state: Annotated[str | None, typer.Option(help=_("Only in this state, as asked."))] = None,
) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "award": _("Award"),
        "kind_word": _("Change"),
        "state": _("State"),
        "asked_by": _("Asked by"),
        "asked_at": _("Asked at"),
    }
    rows = list(terminal.line.every("changes", state=state))
    terminal.table(rows, columns, none=_("There are no requests that you may see."))


@changes.command("show", help=_("Show a request, and what granting it would do now."))
def show_change(context: typer.Context, number: ChangeNumber) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("changes", number)
    terminal.pairs(
        found,
        [
            (_("Award"), found["award"]),
            (_("Change"), found["kind_word"]),
            (_("State"), found["state"]),
            *((name, value) for name, value in found["wish"].items()),
            (_("Reason"), found["reason"]),
            (_("Asked by"), found["asked_by"]),
            (_("Decided by"), found["decided_by"]),
            (_("In their words"), found["decided_reason"]),
            (_("Agreement"), found["agreement_number"] or ""),
            (_("Entries"), ", ".join(map(str, found["entries"]))),
            (_("Offered as"), found["offered"]),
        ],
    )
    if found["preview"] and not terminal.as_json:
        typer.echo()
        _show_preview(terminal, found["preview"])


@changes.command("grant", help=_("Grant a change that somebody else asked for."))
def grant(context: typer.Context, number: ChangeNumber, *, reason: Why = "") -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("changes", number, "grant", body={"reason": reason})
    terminal.say(done, _("Granted: %(kind)s of %(award)s.") % _named(done))


@changes.command("refuse", help=_("Refuse a change, with the reason that the lead reads."))
def refuse(context: typer.Context, number: ChangeNumber, *, reason: Why) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("changes", number, "refuse", body={"reason": reason})
    terminal.say(done, _("Refused: %(kind)s of %(award)s.") % _named(done))


@changes.command("undo", help=_("Turn a granted change round, as long as what it moved is there."))
def undo(context: typer.Context, number: ChangeNumber, *, reason: Why) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("changes", number, "undo", body={"reason": reason})
    terminal.say(done, _("Undone: %(kind)s of %(award)s.") % _named(done))


@changes.command("withdraw", help=_("Take your own request back."))
def withdraw(context: typer.Context, number: ChangeNumber) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("changes", number, "withdraw")
    terminal.say(done, _("Withdrawn: %(kind)s of %(award)s.") % _named(done))


def ask_change(
    context: typer.Context,
    code: str,
    kind: str,
    reason: str,
    *,
    preview: bool,
    **wish: Any,  # noqa: ANN401 -- the fields of one kind
) -> None:
    """Ask for a change, or show what it would do."""
    terminal = terminal_of(context)
    given = {"kind": kind, **wish}
    if preview:
        shown = terminal.line.send("awards", code, "changes", "preview", body=given)
        _show_preview(terminal, shown)
        return
    made = terminal.line.send("awards", code, "changes", body={**given, "reason": reason})
    said = _("Request %(number)s is made; somebody else decides.")
    terminal.say(made, said % {"number": made["id"]})


def _show_preview(terminal: Terminal, preview: dict[str, Any]) -> None:
    if terminal.as_json:
        terminal.show(preview)
        return
    if preview["refused"]:
        raise Trouble(preview["sentence"], code=preview["refused"])
    rows = [{**line, "hours": card_hours(line["card_seconds"])} for line in preview["lines"]]
    columns = {
        "code": _("Line"),
        "device_model": _("Device model"),
        "hours": _("Card-hours"),
        "last_on": _("To"),
    }
    terminal.table(rows, columns, none=_("No line changes."), right=("hours",))
    typer.echo()
    show_postings(terminal, preview["postings"])


def _named(done: dict[str, Any]) -> dict[str, str]:
    return {"kind": done["kind_word"], "award": done["award"]}


def day_text(instant: datetime | date) -> str:
    """A day as the API takes it."""
    return f"{instant:%Y-%m-%d}"


def show_postings(terminal: Terminal, postings: list[dict[str, Any]]) -> None:
    """What the book would post."""
    rows = [{**one, **_readable(one["commodity"], one["amount"])} for one in postings]
    columns = {"account": _("Account"), "of": _("Of"), "text": _("Amount")}
    none = _("The book would post nothing.")
    terminal.table(rows, columns, none=none, right=("text",))


def _readable(commodity: str, amount: int) -> dict[str, str]:
    device_model = device_model_of(commodity)
    if device_model is None:
        return {"of": commodity, "text": money(amount, commodity)}
    return {"of": device_model, "text": _("%s card-hours") % card_hours(amount)}
