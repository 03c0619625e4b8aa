"""Programmes, their rounds and their money: ``programme``, ``round``, ``funding``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.trouble import Trouble
from praya.cli.words import _, money
from praya.core.quantity import Money

programmes = group("programme", _("Programmes and their rules, as a file says them."))
rounds = group("round", _("Rounds of calls: ranked, decided, released."))
funding = group("funding", _("Money for a programme's pools: one asks, another approves."))

ProgrammeCode = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help=_("The code of the programme."))
]
ProgrammeFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=_("A programme file."))
]
_SAID = ("requested", "recommended", "proposed", "decided")


@programmes.command(
    "check",
    help=_(
        "Check a programme file; nothing is stored, and no Praya is needed. Every mistake is told "
        "with its place; the exit status is 1 if there is any."
    ),
)
def check(context: typer.Context, file: ProgrammeFile) -> None:
    terminal = terminal_of(context)
    findings = terminal.check_file(_content(file), str(file))
    if terminal.as_json:
        terminal.show(findings)
    else:
        _tell(findings)
        if not findings:
            typer.echo(_("%s has no mistakes.") % file)
    if findings:
        raise typer.Exit(Trouble.REFUSED)


def _content(file: Path) -> bytes:
    from praya.core.programme.reading import FILE_BYTES_MAX  # noqa: PLC0415 -- help is quick

    with file.open("rb") as source:
        # One byte more than is allowed is enough for the reader to say so.
        return source.read(FILE_BYTES_MAX + 1)


def _tell(findings: list[dict[str, Any]]) -> None:
    for one in findings:
        place = f"{one['file']}:{one['line']}:{one['column']}"
        typer.echo(f"{place}: {one['sentence']}")
        if one["hint"]:
            typer.echo(f"    {one['hint']}")


@programmes.command(
    "apply",
    help=_("Apply a programme file as the next version of the rules, after showing what changes."),
)
def apply(
    context: typer.Context,
    file: ProgrammeFile,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    terminal = terminal_of(context)
    content = _content(file)
    findings = terminal.check_file(content, str(file))
    if findings:
        _tell(findings)
        raise Trouble(_("The file has mistakes; nothing was applied."))
    body = {"source": content.decode(), "file": file.name}
    preview = terminal.line.send("programme-files", "check", body=body)
    if preview["refusal"]:
        raise Trouble(preview["refusal"]["message"], code=preview["refusal"]["code"])
    for sentence in preview["changes"]:
        typer.echo(f"- {sentence}", err=True)
    if not yes:
        typer.confirm(_("Apply?"), abort=True, err=True)
    body["after_number"] = preview["after_number"]
    version = terminal.line.send("programme-files", "apply", body=body)
    terminal.say(
        version,
        _("Version %(number)s of the rules of “%(programme)s” is applied, from %(day)s on.")
        % {
            "number": version["number"],
            "programme": version["programme"],
            "day": version["effective_on"],
        },
    )


@programmes.command("list", help=_("List the programmes."))
def list_programmes(context: typer.Context) -> None:
    terminal = terminal_of(context)
    columns = {
        "code": _("Programme"),
        "name": _("Name"),
        "currency": _("Currency"),
        "rule_version": _("Version"),
        "effective_on": _("Since"),
    }
    none = _("There is no programme yet. Apply a file: praya programme apply FILE")
    terminal.table(terminal.line.get("programmes"), columns, none=none)


@programmes.command("show", help=_("Show a programme and its calls."))
def show(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    programme = terminal.line.get("programmes", code)
    terminal.pairs(
        programme,
        [
            (_("Programme"), programme["code"]),
            (_("Name"), programme["name"]),
            (_("Summary"), programme["summary"]),
            (_("Currency"), programme["currency"]),
            (_("Rules"), programme["rule_version"]),
            (_("Since"), programme["effective_on"]),
        ],
    )
    if terminal.as_json:
        return
    typer.echo()
    columns = {
        "code": _("Call"),
        "title": _("Title"),
        "kind": _("Kind"),
        "is_open": _("Open"),
        "closes_on": _("Last day"),
        "decide_by": _("Decide by"),
    }
    terminal.table(programme["calls"], columns, none=_("It has no calls."))


@programmes.command("versions", help=_("List the versions of the rules and what each changed."))
def versions(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "rules")
    rows = [{**one, "seal": one["sha256"][:12], "said": "\n".join(one["changes"])} for one in found]
    columns = {
        "number": _("Version"),
        "effective_on": _("From"),
        "applied_by": _("Applied by"),
        "seal": _("Seal"),
        "said": _("What changed"),
    }
    terminal.table(found if terminal.as_json else rows, columns, none=_("It has no rules yet."))


@programmes.command("appoint", help=_("Appoint a person to a role; for site admins."))
def appoint(
    context: typer.Context,
    code: ProgrammeCode,
    email: Annotated[str, typer.Argument(help=_("The address they sign in with."))],
    role: Annotated[
        str,
        typer.Argument(help=_("officer, reviewer, committee, operator, finance or auditor.")),
    ],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(
        "programmes", code, "appointments", body={"email": email, "role": role}
    )
    terminal.say(
        made,
        _("%(name)s is %(role)s of “%(programme)s”.")
        % {"name": made["person"], "role": made["role"], "programme": code},
    )


@programmes.command("appointments", help=_("List who holds which role."))
def list_appointments(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "person": _("Name"),
        "email": _("E-mail"),
        "role": _("Role"),
        "since": _("Since"),
        "until": _("Until"),
    }
    rows = terminal.line.get("programmes", code, "appointments")
    terminal.table(rows, columns, none=_("Nobody is appointed yet."))


@programmes.command("dismiss", help=_("End an appointment; for site admins."))
def dismiss(
    context: typer.Context,
    number: Annotated[
        int, typer.Argument(min=1, help=_("As “praya programme appointments” shows it."))
    ],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("appointments", number, method="DELETE")
    terminal.say(
        made, _("%(name)s is %(role)s no longer.") % {"name": made["person"], "role": made["role"]}
    )


@rounds.command("list", help=_("List the rounds of a programme."))
def list_rounds(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "call": _("Call"),
        "code": _("Round"),
        "opens_on": _("From"),
        "closes_on": _("To"),
        "decide_by": _("Decide by"),
        "state": _("State"),
    }
    rows = terminal.line.get("programmes", code, "rounds")
    terminal.table(rows, columns, none=_("No round has opened yet."))


RoundNumber = Annotated[int, typer.Argument(min=1, help=_("As “praya round list” shows it."))]


@rounds.command("ranking", help=_("Show a round's cases, best first, beside the money there is."))
def ranking(context: typer.Context, number: RoundNumber) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("rounds", number, "ranking")
    if terminal.as_json:
        terminal.show(found)
        return
    rows = [
        {
            **one,
            "title": one["title"] if one["takes_part"] else _("You take no part in this case."),
            "mark": ((one["result"] or {}).get("mark_percent") or ""),
            "likely": money(one["likely_minor"], found["currency"]) if one["takes_part"] else "",
            **{name: _subsidy(one[name], found["currency"]) for name in _SAID},
        }
        for one in found["cases"]
    ]
    columns = {
        "rank": _("Rank"),
        "application": _("Application"),
        "title": _("Title"),
        "organisation": _("Organisation"),
        "mark": _("Mark in %"),
        "requested": _("Requested"),
        "recommended": _("Recommended"),
        "proposed": _("Proposed"),
        "decided": _("Decided"),
        "likely": _("Likely cost"),
        "is_within_money": _("Within the money"),
        "outcome": _("Decision"),
    }
    none = _("No case of this round is before the committee.")
    terminal.table(rows, columns, none=none, right=("mark", "likely", *_SAID))
    remains = money(found["remains_minor"], found["currency"])
    typer.echo(_("If all of this is granted, the pool has %s left.") % remains)


def _subsidy(worth: dict[str, Any] | None, currency: str) -> str:
    """What amounts come to out of the pool; nothing where nobody said any."""
    return "" if worth is None else money(worth["subsidy_minor"], currency)


@rounds.command("release", help=_("Release every held decision of a round."))
def release(context: typer.Context, number: RoundNumber) -> None:
    terminal = terminal_of(context)
    released = terminal.line.send("rounds", number, "release")
    codes = ", ".join(one["application"] for one in released)
    terminal.say(released, _("Released: %s.") % codes)


@funding.command("ask", help=_("Ask for money for a pool; for officers."))
def ask_funding(
    context: typer.Context,
    code: ProgrammeCode,
    pool: Annotated[str, typer.Argument(help=_("The code of the pool."))],
    amount: Annotated[str, typer.Argument(help=_("How much, in the programme's currency."))],
    *,
    reason: Annotated[str, typer.Option(help=_("What for."))],
) -> None:
    terminal = terminal_of(context)
    currency = terminal.line.get("programmes", code)["currency"]
    try:
        minor = Money.parse(amount, currency).minor
    except ValueError as error:
        raise typer.BadParameter(
            _("“%s” is no amount. Write 1000000 or 250.50.") % amount
        ) from error
    body = {"pool": pool, "amount_minor": minor, "reason": reason}
    made = terminal.line.send("programmes", code, "funding", body=body)
    terminal.say(
        made,
        _("Request %(number)s asks for %(amount)s. Somebody in finance approves it.")
        % {"number": made["id"], "amount": money(minor, currency)},
    )


@funding.command("list", help=_("List what was asked for and what became of it."))
def list_funding(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "funding")
    rows = [{**one, "amount": money(one["amount_minor"], one["currency"])} for one in found]
    columns = {
        "id": _("Number"),
        "pool": _("Pool"),
        "amount": _("Amount"),
        "state": _("State"),
        "asked_by": _("Asked by"),
        "decided_by": _("Decided by"),
        "reason": _("Reason"),
    }
    none = _("Nothing was asked for yet.")
    terminal.table(found if terminal.as_json else rows, columns, none=none, right=("amount",))


@funding.command("pools", help=_("Show the pools: funded, committed, settled and free."))
def pools(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "pools")
    names = ("funded", "committed", "settled", "free")
    rows = [
        {**one, **{name: money(one[name], one["commodity"]) for name in names}} for one in found
    ]
    columns = {
        "pool": _("Pool"),
        "funded": _("Funded"),
        "committed": _("Committed"),
        "settled": _("Settled"),
        "free": _("Free"),
    }
    none = _("No pool is funded yet.")
    terminal.table(found if terminal.as_json else rows, columns, none=none, right=names)


RequestNumber = Annotated[int, typer.Argument(min=1, help=_("As “praya funding list” shows it."))]


@funding.command("approve", help=_("Approve a request of somebody else; for finance."))
def approve_funding(context: typer.Context, number: RequestNumber) -> None:
    terminal = terminal_of(context)
    _say_decided(terminal, terminal.line.send("funding", number, "approve"))


@funding.command("refuse", help=_("Refuse a request; for finance."))
def refuse_funding(
    context: typer.Context,
    number: RequestNumber,
    *,
    reason: Annotated[str, typer.Option(help=_("Why."))],
) -> None:
    terminal = terminal_of(context)
    _say_decided(terminal, terminal.line.send("funding", number, "refuse", body={"reason": reason}))


def _say_decided(terminal: Terminal, made: dict[str, Any]) -> None:
    amount = money(made["amount_minor"], made["currency"])
    said = _("Request %(number)s for %(amount)s: %(state)s.")
    terminal.say(made, said % {"number": made["id"], "amount": amount, "state": made["state"]})
