"""``praya simulate --scenario``: the full model on a file, without a site."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from praya.cli.app import Terminal
from praya.cli.connection import Trouble
from praya.cli.words import _

if TYPE_CHECKING:
    from praya.core.simulator.cluster.outcome import Outcome
    from praya.core.simulator.scenario_reading import Scenario


def show_scenario(terminal: Terminal, path: Path, *, seed: int, starts: Path | None) -> None:
    """Read, simulate and print; mistakes of the file are all told with their places."""
    # Help should not wait for kernels to load.
    from praya.core.simulator.cluster.report import report  # noqa: PLC0415 -- as said
    from praya.core.simulator.cluster.simulate import simulate  # noqa: PLC0415 -- as said
    from praya.core.simulator.scenario_reading import read_scenario  # noqa: PLC0415 -- as said

    try:
        source = path.read_bytes()
    except OSError as error:
        said = _("%(path)s cannot be read: %(why)s") % {"path": path, "why": error}
        raise Trouble(said) from error
    scenario, findings = read_scenario(source, file=str(path))
    if scenario is None:
        tell_findings(terminal, terminal.findings_told(findings))
        raise typer.Exit(1)
    outcome = simulate(
        scenario.cluster, scenario.jobs, scenario.policy, seed=seed, until=scenario.until
    )
    if starts is not None:
        _write_starts(starts, scenario, outcome)
    answer = report(scenario.cluster, scenario.jobs, outcome)
    if terminal.as_json:
        terminal.show(answer)
        return
    terminal.pairs(answer, _pairs(answer))
    typer.echo("")
    terminal.table(
        [_award(row) for row in answer["awards"]],
        {
            "name": _("Award"),
            "jobs": _("Jobs"),
            "unserved": _("Never started"),
            "card_hours": _("Card hours"),
            "of_grant": _("Of its grant"),
            "wait": _("Mean wait, h"),
        },
        none=_("No awards."),
        right=("card_hours", "of_grant", "wait"),
    )


def tell_findings(terminal: Terminal, findings: list[dict[str, Any]]) -> None:
    """Every mistake of a file with its place."""
    if terminal.as_json:
        terminal.show(findings)
        return
    for one in findings:
        typer.echo(f"{one['file']}:{one['line']}:{one['column']}: {one['sentence']}", err=True)
        if one["hint"]:
            typer.echo(f"    {one['hint']}", err=True)


def _pairs(answer: dict[str, Any]) -> Iterator[tuple[str, object]]:
    waits, states = answer["waits"], answer["states"]
    yield _("Jobs"), answer["jobs"]
    yield _("Completed"), states["completed"]
    yield _("Ended by their time limit"), states["timed_out"]
    yield _("Failed"), states["failed"]
    yield _("Given up"), states["given_up"] + states["never_met"]
    yield _("Still waiting"), states["waiting"] + states["held"] + states["to_come"]
    yield _("Utilisation"), f"{100 * answer['utilisation']:.1f} %"
    for pool in answer["pools"]:
        yield pool["name"], f"{100 * pool['utilisation']:.1f} %"
    if waits["mean_s"] is not None:
        yield _("Mean wait"), _hours(waits["mean_s"])
        yield _("Median wait"), _hours(waits["median_s"])
        yield _("90 % wait less than"), _hours(waits["p90_s"])
        yield _("Longest wait"), _hours(waits["max_s"])


def _hours(seconds: float) -> str:
    return _("%(hours)s h") % {"hours": f"{seconds / 3600:.2f}"}


def _award(row: dict[str, Any]) -> dict[str, Any]:
    share, wait = row["share_of_grant"], row["wait_mean_s"]
    return row | {
        "card_hours": f"{row['card_seconds'] / 3600:.1f}",
        "of_grant": "" if share is None else f"{100 * share:.1f} %",
        "wait": "" if wait is None else f"{wait / 3600:.2f}",
    }


def _write_starts(path: Path, scenario: Scenario, outcome: Outcome) -> None:
    """One line a job in the order of submission; empty where a job never started or ended."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["job", "submit", "start", "end"])
        columns = (scenario.names, scenario.jobs.submit, outcome.start, outcome.end)
        for name, submit, start, end in zip(*columns, strict=True):
            lines.writerow([name, submit, start if start >= 0 else "", end if end >= 0 else ""])
