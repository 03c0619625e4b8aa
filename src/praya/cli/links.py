"""Clusters on which awards are held, at the terminal: more of ``cluster``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, terminal_of
from praya.cli.completeness import completeness
from praya.cli.mapping import accounts, map_accounts, take_over, told_of_adoption
from praya.cli.reading import pairs_of
from praya.cli.words import _
from praya.words.sheets import harmless_row

Code = Annotated[str, typer.Argument(metavar="CLUSTER", help=_("The code of the cluster."))]
AdoptionId = Annotated[
    int, typer.Argument(metavar="NUMBER", help=_("As was said when it was asked."))
]
DriftId = Annotated[int, typer.Argument(metavar="NUMBER", help=_("As praya cluster drift says."))]


def add_slurm(terminal: Terminal, *, code: str, name: str, conf: str, kinds: Sequence[str]) -> None:
    """Add a Slurm and say how it was found."""
    said = dict(_pair(one) for one in kinds)
    made = terminal.line.send(
        "links", body={"code": code, "name": name, "conf": conf, "kinds": said}
    )
    _show(terminal, made)


def _pair(kind: str) -> tuple[str, str]:
    card, equals, model = kind.partition("=")
    if not (card and equals and model):
        raise typer.BadParameter(_("Write --kind h800=nvidia-h800."))
    return card, model


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
        ("accounts", accounts, _("List the accounts of a Slurm that others made.")),
        ("take-over", take_over, _("Ask that an account made by others becomes an award's.")),
        ("map-accounts", map_accounts, _("Ask that many accounts become awards', from a CSV.")),
        ("agree", agree, _("Agree to what another person asked to take over.")),
        ("drop", drop, _("Take back what was taken over, or asked to be.")),
        ("give-back", give_back, _("Give an account that was taken over back as it was.")),
        ("waiting", waiting, _("Say why jobs of awards wait on a Slurm.")),
        ("reservations", reservations, _("List what is set aside on a Slurm: leases, closures.")),
        ("completeness", completeness, _("Compare what a Slurm has summed with what was charged.")),
        ("user", user, _("Say what a person is called on the clusters.")),
        ("find-users", find_users, _("List users of a Slurm who are probably members, as CSV.")),
        ("users", users, _("Say what many people are called, from a CSV file.")),
    ):
        clusters.command(name, help=told)(function)


def holds(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    _show(terminal, terminal.line.get("links", code))


def check(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    _show(terminal, terminal.line.send("links", code, "look"))


def enforce(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("links", code, "enforce")
    terminal.say(made, _("Awards are held on %s from now on.") % code)


def leave(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("links", code, "leave")
    terminal.say(made, _("%s is left as it is. Nothing was taken back there.") % code)


def plan(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("links", code, "plan")
    if terminal.as_json:
        terminal.show(found)
        return
    terminal.table(found["steps"], _steps(), none=_("Nothing is to be done: all is held."))
    _obstacles(terminal, found["obstacles"])


def drift(
    context: typer.Context,
    code: Code,
    *,
    account: Annotated[str, typer.Option(help=_("Of this account alone."))] = "",
    stands: Annotated[
        bool, typer.Option("--stands", help=_("Only what is neither mended nor left."))
    ] = False,
    limit: Annotated[int, typer.Option(help=_("How many, the latest first."), min=1)] = 100,
) -> None:
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
    asked = {"account": account or None, "stands": True if stands else None}
    rows = list(islice(terminal.line.every("links", code, "drift", **asked), limit))
    terminal.table(rows, columns, none=_("Nobody else has changed anything."))


def ignore(
    context: typer.Context,
    code: Code,
    number: DriftId,
    *,
    reason: Annotated[str, typer.Option(help=_("Why it may stay; others will read it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("links", code, "drift", number, "ignore", body={"reason": reason})
    terminal.say(made, _("It is left as the cluster has it."))


def mend(context: typer.Context, code: Code, number: DriftId) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("links", code, "drift", number, "mend")
    terminal.say(made, _("It is mended in the next round."))


def adopt(
    context: typer.Context,
    code: Code,
    number: DriftId,
    *,
    reason: Annotated[str, typer.Option(help=_("Why it is taken over; others will read it."))],
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("links", code, "drift", number, "adopt", body={"reason": reason})
    terminal.say(made, told_of_adoption(made[0]) if made else _("Who was let in is a member now."))


def agree(
    context: typer.Context,
    code: Code,
    numbers: Annotated[
        list[int], typer.Argument(metavar="NUMBER...", help=_("As was said when it was asked."))
    ],
) -> None:
    terminal = terminal_of(context)
    agreed = []
    try:
        for number in numbers:
            made = terminal.line.send("links", code, "adoptions", number, "agree")
            agreed.append(made)
            if not terminal.as_json:
                terminal.say(made, told_of_adoption(made))
    finally:  # what was agreed before one was refused is told all the same
        if terminal.as_json and agreed:
            terminal.show(agreed)


def drop(context: typer.Context, code: Code, number: AdoptionId) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("links", code, "adoptions", number, "end")
    terminal.say(made, _("It is taken back; the next round mends it."))


def give_back(context: typer.Context, code: Code, number: AdoptionId) -> None:
    terminal = terminal_of(context)
    refused = terminal.line.send("links", code, "adoptions", number, "give-back")
    told = _("It is as it was before, and left alone from now on.")
    if refused:
        told = _("It is left alone from now on, but the cluster refused steps back to before:")
    terminal.say(refused, told)
    if refused and not terminal.as_json:
        terminal.table(refused, _steps() | {"said": _("The cluster said")}, none="")


def waiting(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    columns = {
        "code": _("Job"),
        "award": _("Award"),
        "member": _("Member"),
        "cards": _("Cards"),
        "sentence": _("Why"),
    }
    asked = {"cluster": code, "state": "waiting"}
    rows = list(terminal.line.every("cluster-jobs", **asked))
    terminal.table(rows, columns, none=_("No job of an award that you may see waits on %s.") % code)


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
    rows = terminal.line.get("links", code, "reservations")
    if not terminal.as_json:
        rows = [row | {name: ", ".join(row[name]) for name in ("nodes", "who")} for row in rows]
    terminal.table(rows, columns, none=_("Nothing is set aside there."))


def user(
    context: typer.Context,
    email: Annotated[str, typer.Argument(metavar="E-MAIL", help=_("Whom it is about."))],
    name: Annotated[str, typer.Argument(help=_("The user's name on the clusters."))],
    *,
    on: Annotated[
        str, typer.Option(help=_("Only on this cluster; an empty name: they have no user there."))
    ] = "",
) -> None:
    terminal = terminal_of(context)
    said = {"email": email, "name": name, "cluster": on}
    made = terminal.line.send("unix-names", body=said, method="PUT")
    told = _("%(email)s is called %(name)s on the clusters.")
    if on:
        told = _("%(email)s is called %(name)s on %(cluster)s.")
        told = told if name else _("%(email)s has no user on %(cluster)s.")
    terminal.say(made, told % said)


def find_users(context: typer.Context, code: Code) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("links", code, "names")
    if terminal.as_json:
        terminal.show(found)
        return
    writer = csv.writer(sys.stdout)
    writer.writerows(harmless_row([one["email"], one["name"]]) for one in found)


def users(
    context: typer.Context,
    file: Annotated[
        typer.FileText, typer.Argument(help=_("Lines of e-mail address and user; - for input."))
    ],
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help=_("Say it; else only what would be said is told."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    names = [{"email": email, "name": name} for email, name in pairs_of(file) if "@" in email]
    done = terminal.line.send("unix-names", "many", body={"names": names, "apply": apply})
    columns = {
        "email": _("E-mail"),
        "name": _("User on the clusters"),
        "is_new": _("New"),
        "sentence": _("Why not"),
    }
    terminal.table(done, columns, none=_("There is no line of address and user in the file."))


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
            (_("From before"), " ".join(found["stale"])),
            (_("Accounts read at"), found["read_at"]),
            (_("Awards"), found["accounts"]),
            (_("Members without a user"), ", ".join(found["nameless"])),
        ),
    )
    columns = {
        "name": _("Partition"),
        "nodes": _("Machines"),
        "device_model": _("Device model"),
        "cards": _("Cards"),
        "installed": _("Installed in Praya"),
        "in_service": _("In service in Praya"),
        "out": _("Machines out of service"),
    }
    rows = [
        one | {"out": ", ".join(f"{node['name']} ({node['state']})" for node in one["out"])}
        for one in found["found"]
    ]
    terminal.table(rows, columns, none=_("No part with cards was found."))
    unmet = [one for one in found["settings"] if not one["is_met"]]
    columns = {"weight": _("Weight"), "line": _("Write"), "found": _("Found"), "sentence": _("Why")}
    terminal.table(unmet, columns, none=_("Every setting is as it should be."))
    if found["adoptions"]:
        columns = {
            "id": _("Number"),
            "account": _("Account"),
            "sentence": _("Taken over"),
            "award": _("Award"),
            "value": _("Value"),
            "asked_by": _("Asked by"),
            "agreed_at": _("Agreed at"),
            "reason": _("Why"),
        }
        terminal.table(found["adoptions"], columns, none="")
    if found["unheld"]:
        columns = {
            "code": _("Job"),
            "award": _("Award"),
            "member": _("Member"),
            "unheld_s": _("Not held, card-seconds"),
        }
        terminal.table(found["unheld"], columns, none="")
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
