"""``praya simulate --scenario``: the full model on a file, without a site."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from praya.cli.app import Terminal
from praya.cli.beforehand import check_writable, stopped_at_once
from praya.cli.reading import content_of
from praya.cli.trouble import Trouble
from praya.cli.words import _

if TYPE_CHECKING:
    from praya.core.simulator.cluster.outcome import Outcome
    from praya.core.simulator.scenario import TracePart
    from praya.core.simulator.scenario_log import Log
    from praya.core.simulator.scenario_reading import Scenario


@dataclass(frozen=True, slots=True)
class OtherLog:
    """A log in place of the one that a scenario names.

    Without ``form`` and ``columns`` it is read as that one would be. With either it is of another
    kind, and nothing holds of it that the scenario says of its own: neither form and map, nor the
    queue and the bounds by its clock.
    """

    path: Path
    form: Literal["swf", "sacct", "columns", "normal"] | None
    columns: str
    skip_bad: bool

    def told(self, part: TracePart) -> TracePart:
        """How it is read, and which of its jobs are taken."""
        from praya.traces.columns import known_maps  # noqa: PLC0415 -- help is quick

        update: dict[str, Any] = {"skip_bad": True} if self.skip_bad else {}
        if self.form or self.columns:
            # A map of one's own is looked for here, not beside the scenario.
            is_own = self.columns and self.columns not in known_maps()
            columns = str(Path(self.columns).absolute()) if is_own else self.columns
            update |= {"form": self.form, "map": columns, "queue": "", "since": None, "until": None}
        return part.model_copy(update=update)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a scenario is simulated, and what is written down.

    ``log`` is read in place of the one that the file names, ``until`` stands in place of its
    ``until_s``. ``resume`` is a state that ``save`` wrote.
    """

    log: OtherLog | None = None
    seed: int = 0
    until: int | None = None
    resume: Path | None = None
    save: Path | None = None
    starts: Path | None = None


def show_scenario(terminal: Terminal, path: Path, ways: Ways) -> None:
    """Read, simulate and print; mistakes of the file are all told with their places."""
    begun = time.perf_counter()
    # Help should not wait for kernels to load.
    from praya.core.simulator.cluster.report import report  # noqa: PLC0415 -- as said
    from praya.core.simulator.cluster.simulate import warm  # noqa: PLC0415 -- as said

    with terminal.refusals():
        check_writable(ways.save, ways.starts)
    warm()
    loaded = time.perf_counter()
    scenario = _read(terminal, path, ways.log)
    if ways.until is not None:
        scenario = replace(scenario, until=ways.until)
    was_read = time.perf_counter()
    with terminal.refusals():
        outcome = _simulated(scenario, ways)
    simulated = time.perf_counter()
    if ways.starts is not None:
        with terminal.refusals():
            _write_starts(ways.starts, scenario, outcome)
    answer = report(scenario.cluster, scenario.jobs, outcome, until=scenario.until) | {
        "dropped": {reason.value: count for reason, count in scenario.dropped.items()},
        "lines_skipped": scenario.lines_skipped,
        "load_s": loaded - begun,
        "read_s": was_read - loaded,
        "simulate_s": simulated - was_read,
    }
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


def _simulated(scenario: Scenario, ways: Ways) -> Outcome:
    from praya.core.simulator.cluster import state as states  # noqa: PLC0415 -- help is quick
    from praya.core.simulator.cluster.simulate import (  # noqa: PLC0415 -- as above
        Simulation,
        inputs_of,
    )

    given = (scenario.cluster, scenario.jobs, scenario.policy)
    inputs, state = inputs_of(*given, ways.seed), None
    if ways.resume is not None:
        state = states.load(ways.resume, inputs=inputs)
        if state is None:
            said = _("%(path)s holds no state of this scenario with these jobs and this seed.")
            raise Trouble(said % {"path": ways.resume})
        reached = int(state.x[states.NOW])
        if reached > scenario.until:
            said = _(
                "%(path)s has come to second %(reached)s already, beyond second %(until)s. "
                "Give a later --until, or leave out --resume."
            )
            facts = {"path": ways.resume, "reached": reached, "until": scenario.until}
            raise Trouble(said % facts)
    simulation = Simulation(*given, seed=ways.seed, state=state)
    with stopped_at_once():
        simulation.advance(until=scenario.until)
    if ways.save is not None:
        states.save(simulation.state, ways.save, inputs=inputs)
    return simulation.outcome()


def _read(terminal: Terminal, path: Path, other: OtherLog | None) -> Scenario:
    from praya.core.programme.reading import FILE_BYTES_MAX  # noqa: PLC0415 -- help is quick
    from praya.core.simulator.scenario_reading import read_scenario  # noqa: PLC0415 -- as above
    from praya.traces.scenarios import log_of  # noqa: PLC0415 -- as above

    source = content_of(path, kib_max=FILE_BYTES_MAX // 1024)

    def log(part: TracePart) -> Log:
        if other is None:
            return log_of(part, beside=path.parent)
        return log_of(other.told(part), beside=path.parent, instead=other.path)

    with terminal.refusals():
        scenario, findings = read_scenario(source, file=str(path), log_of=log)
    if scenario is not None and other is not None and not scenario.is_of_log:
        said = _("%(path)s writes its jobs out, so --trace says nothing. Leave it out.")
        raise Trouble(said % {"path": path})
    if scenario is None:
        tell_findings(terminal, terminal.findings_told(findings))
        raise typer.Exit(1)
    return scenario


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
    if answer["dropped"]:
        yield _("Left out"), left_out(answer["dropped"])
    yield _("Lines skipped"), answer["lines_skipped"] or ""
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
    if answer["bounded_slowdown_mean"] is not None:
        yield _("Mean bounded slowdown"), f"{answer['bounded_slowdown_mean']:,.2f}"
    yield _("Took"), took(answer)


def left_out(dropped: dict[str, int]) -> str:
    """Which jobs of a log were left out, and why."""
    why = {
        "no_run_time": _("without run time"),
        "no_slots": _("without slots"),
        "larger_than_pool": _("larger than the machine"),
    }
    return ", ".join(f"{count:,} {why[reason]}" for reason, count in dropped.items())


def took(answer: dict[str, Any]) -> str:
    """How long reading and simulating took."""
    return _("%(read).3f s to read, %(simulate).3f s to simulate") % {
        "read": answer["read_s"],
        "simulate": answer["simulate_s"],
    }


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
    """One line a job in the order of submission; empty where a job never started or ended.

    ``at`` and ``nodes`` are where it started first; nodes count from the first of their place.
    """
    pools, places = scenario.cluster.pools, outcome.segment_place
    at, nodes = [""] * len(scenario.names), [""] * len(scenario.names)
    # From the last segment to the first, so that the first of each job is left.
    for row in range(len(outcome.segment_job) - 1, -1, -1):
        job = outcome.segment_job[row]
        at[job] = pools[scenario.jobs.wishes.pool[outcome.segment_wish[row]]]
        nodes[job] = " ".join(map(str, outcome.place[places[row] : places[row + 1]].tolist()))
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["job", "submit", "start", "end", "at", "nodes"])
        columns = (scenario.names, scenario.jobs.submit, outcome.start, outcome.end, at, nodes)
        for name, submit, start, end, *place in zip(*columns, strict=True):
            instants = (start if start >= 0 else "", end if end >= 0 else "")
            lines.writerow([name, submit, *instants, *place])
