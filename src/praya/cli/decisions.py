"""Decisions at the terminal: ``decision``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer

from praya.cli.amounts import Lines, amount, amounts_of
from praya.cli.app import Terminal, group, terminal_of
from praya.cli.applications import CaseCode
from praya.cli.words import _, money, share

decisions = group("decision", _("Decisions: what one stands on, propose, take, release."))

_GRANTING = ("award", "part-award", "conditional")
_BP_IN_PERCENT = 100
_BP_BEYOND = 10**9  # no rate has so many digits; the site says which are too high


@decisions.command(
    "show", help=_("Show what a decision stands on: the marks, the money, the amounts.")
)
def show(context: typer.Context, code: CaseCode) -> None:
    terminal = terminal_of(context)
    case = terminal.line.get("applications", code, "to-decide")
    if terminal.as_json:
        terminal.show(case)
        return
    result, currency = case["result"], case["currency"]
    terminal.pairs(
        case,
        [
            (_("Application"), case["application"]),
            (_("Decided by"), case["decided_by"]),
            (_("You may decide as"), case["hand"]),
            (_("Reviews"), f"{result['reviews']} / {result['reviews_needed']}"),
            (_("Mark in %"), result["mark_percent"]),
            (_("Spread in %"), result["spread_percent"]),
            (_("Passes"), result["passes"]),
            (_("List price"), money(case["list_minor"], currency)),
            (_("Ordinary subsidy rate"), share(case["ordinary_bp"])),
            (_("Free in the pool"), money(case["pool_free_minor"], currency)),
            (_("Promised from it"), money(case["pool_promised_minor"], currency)),
            (_("Take no part"), ", ".join(case["recused"])),
        ],
    )
    _tell_lines(terminal, case["lines"])
    _tell_decisions(terminal, case["decisions"])


def _tell_lines(terminal: Terminal, lines: list[dict[str, Any]]) -> None:
    said = ("requested", "recommended", "proposed", "awarded")
    rows = [{**one, **{name: amount(one[name]) for name in said}} for one in lines]
    columns = {
        "number": _("Line"),
        "device_model": _("Device model"),
        "first_on": _("From"),
        "last_on": _("To"),
        "requested": _("Requested"),
        "recommended": _("Recommended"),
        "proposed": _("Proposed"),
        "awarded": _("Awarded"),
    }
    terminal.table(rows, columns, none=_("It asks for nothing."), right=said)


def _tell_decisions(terminal: Terminal, taken: list[dict[str, Any]]) -> None:
    rows = [{**one, "rate": share(one["rate_bp"])} for one in taken]
    columns = {
        "id": _("Number"),
        "outcome": _("Outcome"),
        "rate": _("Subsidy rate"),
        "decided_by": _("Decided by"),
        "decided_at": _("Decided at"),
        "released_at": _("Released at"),
        "reasons": _("Reasons"),
    }
    terminal.table(rows, columns, none=_("It is not decided yet."))


@decisions.command("read", help=_("Read the released decision on a case, with its reasons."))
def read(context: typer.Context, code: CaseCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("applications", code, "decision")
    if terminal.as_json:
        terminal.show(found)
        return
    terminal.pairs(
        found,
        [
            (_("Application"), found["application"]),
            (_("Outcome"), found["outcome_word"]),
            (_("Reasons"), found["reasons"]),
            (_("Conditions"), found["conditions"]),
            *((_("Before it starts"), condition) for condition in found["before_start"]),
            (_("Subsidy rate"), share(found["rate_bp"]) if found["rate_bp"] else ""),
            (_("Rules, version"), found["rule_version"]),
            (_("Released at"), found["released_at"]),
            (_("Award"), found["award"]),
            *((_("A reviewer wrote"), comment) for comment in found["comments"]),
        ],
    )
    said = ("requested", "awarded")
    rows = [{**one, **{name: amount(one[name]) for name in said}} for one in found["lines"]]
    columns = {
        "number": _("Line"),
        "device_model": _("Device model"),
        "requested": _("Requested"),
        "awarded": _("Awarded"),
    }
    terminal.table(rows, columns, none=_("It asks for nothing."), right=said)


@decisions.command("propose", help=_("Propose amounts; they replace those before. For officers."))
def propose(context: typer.Context, code: CaseCode, *, line: Lines = None) -> None:
    terminal = terminal_of(context)
    body = {"lines": amounts_of(line)}
    made = terminal.line.send("applications", code, "proposal", body=body, method="PUT")
    told = ", ".join(f"{one['number']}={amount(one)}" for one in made)
    terminal.say(
        made, _("Proposed for %(code)s: %(lines)s.") % {"code": code, "lines": told or "–"}
    )


@decisions.command("recuse", help=_("Take no part in a case, for ever."))
def recuse(
    context: typer.Context,
    code: CaseCode,
    *,
    reason: Annotated[str, typer.Option(help=_("Why; it is kept in the trail."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("applications", code, "recusal", body={"reason": reason})
    terminal.say(made, _("You take no part in %s.") % code)


@decisions.command(
    "take",
    help=_(
        "Decide a case. An award gives all that was asked; for a part award name the lines. The "
        "decision is held until somebody else releases it; taken again, the latest counts."
    ),
)
def take(  # noqa: PLR0913 -- what a decision says
    context: typer.Context,
    code: CaseCode,
    outcome: Annotated[
        str,
        typer.Argument(help=_("award, part-award, conditional, defer, wait-list or reject.")),
    ],
    *,
    reasons: Annotated[str, typer.Option(help=_("The applicant reads them once released."))],
    line: Lines = None,
    rate: Annotated[
        str, typer.Option(help=_("The subsidy in percent of the list price; else the ordinary."))
    ] = "",
    rate_reason: Annotated[
        str, typer.Option(help=_("Why the rate is above the ordinary one."))
    ] = "",
    conditions: Annotated[
        str, typer.Option(help=_("They become part of the agreement, if the lead accepts."))
    ] = "",
    before_start: Annotated[
        list[str] | None,
        typer.Option(
            help=_("What an officer confirms before the award can be used; may be repeated.")
        ),
    ] = None,
) -> None:
    terminal = terminal_of(context)
    lines, rate_bp = amounts_of(line), _rate_bp(rate)
    if outcome in _GRANTING:
        case = terminal.line.get("applications", code, "to-decide")
        if outcome == "award" and not lines:
            lines = [one["requested"] for one in case["lines"]]
        if rate_bp is None:
            rate_bp = case["ordinary_bp"]
    made = terminal.line.send(
        "applications",
        code,
        "decisions",
        body={
            "outcome": outcome,
            "lines": lines,
            "rate_bp": rate_bp or 0,
            "rate_reason": rate_reason,
            "reasons": reasons,
            "conditions": conditions,
            "before_start": before_start or [],
        },
    )
    terminal.say(
        made,
        _("Decision %(number)s on %(code)s is held: %(outcome)s. Somebody else releases it.")
        % {"number": made["id"], "code": code, "outcome": made["outcome"]},
    )


def _rate_bp(typed: str) -> int | None:
    """The rate in ten-thousandths; nothing where none is given."""
    if not typed:
        return None
    try:
        rate_bp = Decimal(typed) * _BP_IN_PERCENT
        if abs(rate_bp) < _BP_BEYOND and rate_bp == int(rate_bp):
            return int(rate_bp)
    except (ArithmeticError, ValueError):
        pass
    raise typer.BadParameter(_("“%s” is no rate. Write 70 or 72.5.") % typed)


@decisions.command("release", help=_("Release one decision, alone; the lead is told."))
def release(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya decision show” shows it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("decisions", number, "release")
    terminal.say(
        made,
        _("Released: %(code)s, %(outcome)s.")
        % {"code": made["application"], "outcome": made["outcome"]},
    )
