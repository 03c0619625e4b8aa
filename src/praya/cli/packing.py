"""``praya pack``: which part of the cards a rule of placement gives out. No site is needed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from praya.cli.app import app, terminal_of
from praya.cli.beforehand import check_writable, stopped_at_once
from praya.cli.simulate import JsonHere, SkipBad
from praya.cli.words import _

if TYPE_CHECKING:
    import numpy as np

    from praya.traces.packing import PackingLists

# As praya.core.simulator.packing has them, in its order; help should not wait for kernels to load.
RULES = ("random", "best_fit", "dot_product", "clustering", "packing", "gradient", "look_ahead")
_PART_DIGITS = 6


@app.command(
    "pack",
    help=_(
        "Place tasks on nodes for good, one by one, by a rule, and say which part of all cards it "
        "gives out. Lists are CSV as the Alibaba GPU 2023 trace has them. Needs no site."
    ),
)
def pack(  # noqa: PLR0913 -- the facts of one study
    context: typer.Context,
    *,
    nodes: Annotated[
        Path, typer.Option(help=_("CSV with sn, cpu_milli, memory_mib, gpu (cards) and model."))
    ],
    tasks: Annotated[
        Path,
        typer.Option(
            help=_(
                "CSV with name, cpu_milli, memory_mib, num_gpu, gpu_milli (thousandths of each), "
                "and gpu_spec (models, between bars) if they are choosy."
            )
        ),
    ],
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help=_("Who gets which node: %s. Repeat it to compare.") % ", ".join(RULES),
        ),
    ] = None,
    load: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=100,
            help=_(
                "Tasks by chance in another order, some again, until they ask for so many times "
                "the cards there are. Without it each comes once, in the order of the list."
            ),
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=1_000, help=_("How many such orders."))] = 10,
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help=_("Write each task's node as CSV, without --load.")),
    ] = None,
    skip_bad: SkipBad = False,
    as_json: JsonHere = False,
) -> None:
    terminal = terminal_of(context)
    terminal.as_json |= as_json
    rules = rule or ["look_ahead"]
    if unknown := sorted(set(rules) - set(RULES)):
        raise typer.BadParameter(_("There is no rule %s.") % ", ".join(unknown))
    if out is not None and (load is not None or len(rules) > 1):
        raise typer.BadParameter(_("--out tells one rule's nodes, without --load."))
    from praya.traces.packing import read_lists  # noqa: PLC0415 -- help is quick without it

    with terminal.refusals():
        check_writable(out)
        lists = read_lists(nodes, tasks, skip_bad=skip_bad)
        rows = [_row(lists, one, load=load, seeds=seeds, out=out) for one in rules]
    if terminal.as_json:
        terminal.show(rows)
        return
    columns = {
        "rule": _("Rule"),
        "mean": _("Given out, %"),
        "least": _("Least"),
        "most": _("Most"),
        "turned_away": _("Turned away, in all orders"),
    }
    if lists.lines_skipped:
        columns["lines_skipped"] = _("Lines skipped")
    figures = ("mean", "least", "most")
    shown = [row | {name: f"{100 * row[name]:.2f}" for name in figures} for row in rows]
    terminal.table(shown, columns, none="", right=(*figures, "turned_away"))


def _row(
    lists: PackingLists, rule: str, *, load: float | None, seeds: int, out: Path | None
) -> dict[str, Any]:
    from praya.core.simulator.packing.model import (  # noqa: PLC0415 -- help is quick without it
        PackingRule,
        inflated,
        mix_of,
    )
    from praya.core.simulator.packing.study import given_out, placed  # noqa: PLC0415 -- as above

    there, asked = lists.nodes, lists.tasks
    mix, shares, away = mix_of(asked), [], 0
    for seed in range(seeds if load is not None else 1):
        wave = asked if load is None else inflated(asked, there, load, seed)
        with stopped_at_once():
            chosen = placed(there, wave, PackingRule[rule.upper()], mix, seed=seed)
        shares.append(given_out(there, wave, chosen))
        away += int((chosen < 0).sum())
    if out is not None:
        _write(out, lists.task_names, lists.node_names, chosen)
    return {
        "rule": rule,
        "cards": int(there.cards.sum()),
        "tasks": len(asked),
        "orders": len(shares),
        "mean": round(sum(shares) / len(shares), _PART_DIGITS),
        "least": round(min(shares), _PART_DIGITS),
        "most": round(max(shares), _PART_DIGITS),
        "turned_away": away,
        "lines_skipped": lists.lines_skipped,
    }


def _write(path: Path, tasks: list[str], nodes: list[str], chosen: np.ndarray[Any, Any]) -> None:
    """One line a task in the order of the list; no node where it was turned away."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["task", "node"])
        for task, node in zip(tasks, chosen.tolist(), strict=True):
            lines.writerow([task, nodes[node] if node >= 0 else ""])
