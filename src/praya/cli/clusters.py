"""Machines at the terminal: ``cluster``."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.app import group, terminal_of
from praya.cli.links import add_slurm, commands_on
from praya.cli.words import _

clusters = group("cluster", _("Clusters, their partitions and their capacity by day."))
ClusterCode = Annotated[str, typer.Argument(metavar="CLUSTER", help=_("The code of the cluster."))]


@clusters.command("list", help=_("List the partitions with their devices today."))
def list_clusters(context: typer.Context) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("clusters")
    if terminal.as_json:
        terminal.show(found)
        return
    rows = [
        {**partition, "cluster": one["code"], "engine": one["engine"]}
        for one in found
        for partition in one["partitions"] or [{}]
    ]
    columns = {
        "cluster": _("Cluster"),
        "engine": _("Engine"),
        "code": _("Partition"),
        "device_model": _("Device model"),
        "programme": _("Programme"),
        "installed": _("Installed"),
        "in_service": _("In service"),
    }
    terminal.table(rows, columns, none=_("There are no machines that you may see."))


@clusters.command("add", help=_("Add a cluster: machines behind one engine."))
def add(  # noqa: PLR0913 -- the facts of a cluster
    context: typer.Context,
    code: ClusterCode,
    name: Annotated[str, typer.Argument(help=_("Its name."))],
    *,
    engine: Annotated[str, typer.Option(help=_("What runs the jobs: local or slurm."))] = "local",
    conf: Annotated[
        str, typer.Option(help=_("A slurm.conf on the server; the server's own if left out."))
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help=_(
                "What a kind of card is, as h800=nvidia-h800, or no-type=nvidia-h800 where a Slurm "
                "gives its cards no type; once for each."
            )
        ),
    ] = None,
) -> None:
    terminal = terminal_of(context)
    if engine == "slurm":
        add_slurm(terminal, code=code, name=name, conf=conf, kinds=kind or [])
        return
    if conf or kind:
        raise typer.BadParameter(_("--conf and --kind are for a Slurm: give --engine slurm too."))
    made = terminal.line.send("clusters", body={"code": code, "name": name, "engine": engine})
    terminal.say(made, _("%s is added. Give it partitions: praya cluster partition …") % code)


@clusters.command("partition", help=_("Add a partition: devices of one model."))
def partition(
    context: typer.Context,
    cluster: ClusterCode,
    code: Annotated[str, typer.Argument(help=_("The code of the partition."))],
    device_model: Annotated[str, typer.Argument(help=_("The code of its device model."))],
    *,
    programme: Annotated[str, typer.Option(help=_("Only for this programme."))] = "",
) -> None:
    terminal = terminal_of(context)
    body = {"code": code, "device_model": device_model, "programme": programme}
    made = terminal.line.send("clusters", cluster, "partitions", body=body)
    terminal.say(made, _("%(cluster)s/%(code)s is added.") % {"cluster": cluster, "code": code})


@clusters.command("capacity", help=_("Put devices in place or in service from a day on."))
def capacity(  # noqa: PLR0913 -- the facts of one window
    context: typer.Context,
    cluster: ClusterCode,
    code: Annotated[str, typer.Argument(help=_("The code of the partition."))],
    kind: Annotated[str, typer.Argument(help=_("installed or in-service."))],
    devices: Annotated[int, typer.Argument(help=_("How many; less than none takes some out."))],
    *,
    first_on: Annotated[str, typer.Option("--from", help=_("First day, as 2026-03-31."))],
    last_on: Annotated[
        str | None, typer.Option("--to", help=_("Last day; open when left out."))
    ] = None,
    note: Annotated[str, typer.Option(help=_("A note for the record."))] = "",
    node: Annotated[
        list[str] | None,
        typer.Option(help=_("A machine that is taken out of service; once for each.")),
    ] = None,
) -> None:
    terminal = terminal_of(context)
    body = {
        "kind": kind,
        "devices": devices,
        "first_on": first_on,
        "last_on": last_on,
        "note": note,
        "nodes": node or [],
    }
    made = terminal.line.send("clusters", cluster, "partitions", code, "capacity", body=body)
    terminal.say(made, _("Window %s is kept.") % made["id"])


commands_on(clusters)
