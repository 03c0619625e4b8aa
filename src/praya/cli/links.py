"""Clusters on which awards are held, at the terminal: more of ``cluster``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, terminal_of
from praya.cli.completeness import completeness
from praya.cli.words import _

Code = Annotated[str, typer.Argument(metavar="CLUSTER", help=_("The code of the cluster."))]
AdoptionId = Annotated[
    int, typer.Argument(metavar="NUMBER", help=_("As was said when it was asked."))
]
DriftId = Annotated[int, typer.Argument(metavar="NUMBER", help=_("As praya cluster drift says."))]


def add_slurm(terminal: Terminal, *, code: str, name: str, conf: str, kinds: Sequence[str]) -> None:
    """Add a Slurm and say how it was found."""
    said = dict(one.split("=", 1) for one in kinds if "=" in one)
    made = terminal.line.send("/links", {"code": code, "name": name, "conf": conf, "kinds": said})
    _show(terminal, made)


def commands_on(clusters: typer.Typer) -> None:
    """Put the commands into the group ``cluster``."""
    for name, function, told in (
        ("holds", holds, _("How awards are held on a Slurm: settings, members, what is left.")),
        ("check", check, _("Look at the settings of a Slurm again.")),
        ("enforce", enforce, _("Hold awards on a Slurm from now on.")),
        ("leave", leave, _("Leave a Slurm as it is from now on; nothing is taken back there.")),
        ("plan", plan, _("Say what would be done on a Slurm now, and do nothing.")),
        ("drift", drift, _("List the differences that Praya did not make.")),
        ("ignore", ignore, _("Leave a difference as the Slurm has it.")),
        ("mend", mend, _("Mend a difference that was ignored.")),
        ("adopt", adopt, _("Take over what the Slurm has, where that can be.")),
        ("take-over", take_over, _("Ask that an account made by others becomes its award's.")),
        ("agree", agree, _("Agree to what another person asked to take over.")),
        ("drop", drop, _("Take back what was taken over, or asked to be.")),
        ("waiting", waiting, _("Say why jobs of awards wait on a Slurm.")),
        ("reservations", reservations, _("List what is set aside on a Slurm: leases, closures.")),
        ("completeness", completeness, _("Compare what a Slurm has summed with what was charged.")),
        ("user", user, _("Say what a person is called on the clusters.")),
    ):
        clusters.command(name, help=told)(function)


def holds(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    _show(terminal, terminal.line.get(f"/links/{code}"))


def check(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    _show(terminal, terminal.line.send(f"/links/{code}/look"))


def enforce(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/enforce")
    terminal.say(made, _("Awards are held on %s from now on.") % code)


def leave(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/leave")
    terminal.say(made, _("%s is left as it is. Nothing was taken back there.") % code)


def plan(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get(f"/links/{code}/plan")
    if terminal.as_json:
        terminal.show(found)
        return
    terminal.table(found["steps"], _steps(), none=_("Nothing is to be done: all is held."))
    _obstacles(terminal, found["obstacles"])


def drift(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "account": _("Account"),
        "sentence": _("What mends it"),
        "member": _("Member"),
        "has": _("Has"),
        "wants": _("Wants"),
        "changed_by": _("Changed by"),
        "changed_at": _("Changed at"),
        "found_at": _("Found at"),
        "mended_at": _("Mended at"),
        "reason": _("Ignored because"),
    }
    rows = terminal.line.get(f"/links/{code}")["drift"]
    terminal.table(rows, columns, none=_("Nobody else has changed anything."))


def ignore(
    context: typer.Context,
    code: Code,
    number: DriftId,
    *,
    reason: Annotated[str, typer.Option(help=_("Why it may stay; others will read it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/drift/{number}/ignore", {"reason": reason})
    terminal.say(made, _("It is left as the cluster has it."))


def mend(context: typer.Context, code: Code, number: DriftId) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/drift/{number}/mend")
    terminal.say(made, _("It is mended in the next round."))


def adopt(
    context: typer.Context,
    code: Code,
    number: DriftId,
    *,
    reason: Annotated[str, typer.Option(help=_("Why it is taken over; others will read it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/drift/{number}/adopt", {"reason": reason})
    terminal.say(made, _told(made[0]) if made else _("Who was let in is a member now."))


def take_over(
    context: typer.Context,
    code: Code,
    account: Annotated[str, typer.Argument(help=_("The account, called as the award."))],
    *,
    reason: Annotated[str, typer.Option(help=_("Why it is taken over; others will read it."))],
) -> None:
    terminal = terminal_of(context)
    asked = {"account": account, "reason": reason}
    made = terminal.line.send(f"/links/{code}/adoptions", asked)
    terminal.say(made, _told(made))


def agree(context: typer.Context, code: Code, number: AdoptionId) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/adoptions/{number}/agree")
    terminal.say(made, _told(made))


def drop(context: typer.Context, code: Code, number: AdoptionId) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send(f"/links/{code}/adoptions/{number}/end")
    terminal.say(made, _("It is taken back; the next round mends it."))


def _told(made: dict[str, Any]) -> str:
    facts = {"number": made["id"], "account": made["account"], "what": made["sentence"]}
    if made["agreed_at"]:
        return _("%(account)s: %(what)s. It counts from now on, as number %(number)s.") % facts
    asked = _(
        "%(account)s: %(what)s. Another operator or site admin has to agree to number %(number)s: "
        "praya cluster agree."
    )
    return asked % facts


def waiting(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    columns = {
        "code": _("Job"),
        "award": _("Award"),
        "member": _("Member"),
        "cards": _("Cards"),
        "sentence": _("Why"),
    }
    asked = {"cluster": code, "state": "waiting", "limit": 200}
    rows = terminal.line.get("/cluster-jobs", **asked)["items"]
    terminal.table(rows, columns, none=_("No job of an award waits there."))


def reservations(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    columns = {
        "name": _("Name"),
        "whose": _("Whose"),
        "about": _("About"),
        "cards": _("Cards"),
        "nodes": _("Nodes"),
        "who": _("For"),
        "begins_at": _("From"),
        "ends_at": _("Until"),
        "is_held": _("Held"),
        "sentence": _("Why not"),
    }
    rows = terminal.line.get(f"/links/{code}/reservations")
    if not terminal.as_json:
        rows = [row | {name: ", ".join(row[name]) for name in ("nodes", "who")} for row in rows]
    terminal.table(rows, columns, none=_("Nothing is set aside there."))


def user(
    context: typer.Context,
    email: Annotated[str, typer.Argument(metavar="E-MAIL", help=_("Whom it is about."))],
    name: Annotated[str, typer.Argument(help=_("The user's name on the clusters."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("/unix-names", {"email": email, "name": name}, method="PUT")
    said = {"email": email, "name": name}
    terminal.say(made, _("%(email)s is called %(name)s on the clusters.") % said)


def _show(terminal: Terminal, found: dict[str, Any]) -> None:
    if terminal.as_json:
        terminal.show(found)
        return
    terminal.pairs(
        found,
        (
            (_("Cluster"), f"{found['code']} ({found['called']}, Slurm {found['version']})"),
            (_("Cards"), ", ".join(f"{k} = {m}" for k, m in found["kinds"].items())),
            (_("Awards held since"), found["enforced_since"] or _("not yet")),
            (_("All held at"), found["good_at"]),
            (_("Silent since"), found["silent_since"]),
            (_("Accounts read at"), found["read_at"]),
            (_("Awards"), found["accounts"]),
            (_("Members without a user"), ", ".join(found["nameless"])),
        ),
    )
    unmet = [one for one in found["settings"] if not one["is_met"]]
    columns = {"weight": _("Weight"), "line": _("Write"), "found": _("Found"), "sentence": _("Why")}
    terminal.table(unmet, columns, none=_("Every setting is as it should be."))
    if found["adoptions"]:
        columns = {
            "id": _("Number"),
            "account": _("Account"),
            "sentence": _("Taken over"),
            "value": _("Value"),
            "asked_by": _("Asked by"),
            "agreed_at": _("Agreed at"),
            "reason": _("Why"),
        }
        terminal.table(found["adoptions"], columns, none="")
    if found["left"]:
        terminal.table(found["left"], _steps() | {"said": _("The cluster said")}, none="")
    _obstacles(terminal, found["obstacles"])


def _steps() -> dict[str, str]:
    return {
        "account": _("Account"),
        "sentence": _("Step"),
        "member": _("Member"),
        "device_model": _("Device model"),
        "before": _("Before"),
        "after": _("After"),
    }


def _obstacles(terminal: Terminal, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        columns = {"account": _("Account"), "subject": _("About"), "sentence": _("In the way")}
        terminal.table(rows, columns, none="")
