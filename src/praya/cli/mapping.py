"""Accounts that others made on a Slurm and that become awards', at the terminal."""

from __future__ import annotations

import csv
import sys
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, terminal_of
from praya.cli.reading import pairs_of
from praya.cli.trouble import Trouble
from praya.cli.words import _
from praya.words.sheets import harmless_row

Code = Annotated[str, typer.Argument(metavar="CLUSTER", help=_("The code of the cluster."))]
Reason = Annotated[str, typer.Option(help=_("Why it is taken over; others will read it."))]


def accounts(
    context: typer.Context,
    code: Code,
    *,
    as_csv: Annotated[
        bool, typer.Option("--csv", help=_("As lines of account and award, for map-accounts."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("links", code, "accounts")
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerows(harmless_row([one["account"], one["award"]]) for one in found)
        return
    columns = {
        "account": _("Account"),
        "parent": _("Below"),
        "owner": _("Organisation there"),
        "members": _("Users"),
        "counted": _("Counter, card-seconds"),
        "award": _("Probably"),
        "why_not": _("Why not"),
    }
    rows = found if terminal.as_json else [_row(one) for one in found]
    terminal.table(rows, columns, none=_("Every account there is Praya's."))


def take_over(  # noqa: PLR0913 -- a command's words
    context: typer.Context,
    code: Code,
    account: Annotated[str, typer.Argument(help=_("The account, as the cluster calls it."))],
    *,
    award: Annotated[
        str, typer.Option(help=_("Whose it becomes, where it is called otherwise."))
    ] = "",
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("With --award: say what would be done, no more."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    if dry_run:
        _plan(terminal, code, account, award or account)
        return
    asked = {"account": account, "award": award, "reason": reason}
    made = terminal.line.send("links", code, "adoptions", body=asked)
    terminal.say(made, told_of_adoption(made))


def map_accounts(
    context: typer.Context,
    code: Code,
    file: Annotated[
        typer.FileText, typer.Argument(help=_("Lines of account and award; - for input."))
    ],
    *,
    reason: Reason = "",
    apply: Annotated[
        bool, typer.Option("--apply", help=_("Ask for it; else what would be done is told."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    done = [
        _mapped(terminal, code, account, award, reason=reason, apply=apply)
        for account, award in list(pairs_of(file))
        if award
    ]
    columns = {
        "account": _("Account"),
        "award": _("Award"),
        "number": _("Number"),
        "steps": _("Steps"),
        "jobs": _("Jobs in the way"),
        "sentence": _("Why not"),
    }
    terminal.table(done, columns, none=_("There is no line of account and award in the file."))


def told_of_adoption(made: dict[str, Any]) -> str:
    """What is asked to be taken over, or counts."""
    facts = {"number": made["id"], "account": made["account"], "what": made["sentence"]}
    if made["agreed_at"]:
        return _("%(account)s: %(what)s. It counts from now on, as number %(number)s.") % facts
    asked = _(
        "%(account)s: %(what)s. Another operator or site admin has to agree to number %(number)s: "
        "praya cluster agree."
    )
    return asked % facts


def _row(one: dict[str, Any]) -> dict[str, Any]:
    counted = ", ".join(f"{model} {seconds}" for model, seconds in one["counted_s"].items())
    why_not = _("other accounts stand below it") if one["below"] else ""
    why_not = why_not if one["is_passable"] else _("its name cannot be passed on")
    return one | {"members": ", ".join(one["members"]), "counted": counted, "why_not": why_not}


def _mapped(  # noqa: PLR0913 -- the facts of one line
    terminal: Terminal, code: str, account: str, award: str, *, reason: str, apply: bool
) -> dict[str, Any]:
    asked = {"account": account, "award": award}
    row = {**asked, "number": "", "steps": "", "jobs": "", "sentence": ""}
    try:
        if apply:
            made = terminal.line.send("links", code, "adoptions", body=asked | {"reason": reason})
            return row | {"number": made["id"]}
        found = terminal.line.get("links", code, "accounts", "plan", **asked)
        return row | {"steps": len(found["steps"]), "jobs": found["jobs"]}
    except Trouble as trouble:
        if not trouble.code:  # the line is down, or who asks is not signed in
            raise
        return row | {"sentence": str(trouble)}


def _plan(terminal: Terminal, code: str, account: str, award: str) -> None:
    found = terminal.line.get("links", code, "accounts", "plan", account=account, award=award)
    if terminal.as_json:
        terminal.show(found)
        return
    counted = ", ".join(f"{model} {seconds}" for model, seconds in found["counted_s"].items())
    terminal.pairs(
        found,
        (
            (_("Account"), found["account"]),
            (_("Award"), found["award"]),
            (_("In the account now"), ", ".join(found["members"])),
            (_("Counted before, not charged"), counted),
            (_("Jobs in the way"), found["jobs"]),
        ),
    )
    columns = {
        "sentence": _("Step"),
        "member": _("Member"),
        "device_model": _("Device model"),
        "before": _("Before"),
        "after": _("After"),
    }
    terminal.table(found["steps"], columns, none=_("Nothing but that it becomes Praya's."))
    if found["obstacles"]:
        columns = {"account": _("Account"), "subject": _("About"), "sentence": _("In the way")}
        terminal.table(found["obstacles"], columns, none="")
