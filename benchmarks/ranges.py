"""Results beside the ranges that were recorded: what is outside is said, never asserted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
QUERIES_MAX = 15
CPU_MS_MAX = 25
UNTOLD = ("is_list", "path")


def read(path: Path) -> dict[str, Any]:
    """A file of ours."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def tell(name: str, measured: dict[str, Any]) -> None:
    """Print a table, write the results, and say what left its range."""
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps(measured, indent=1, ensure_ascii=False)
    (results / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    known = read(HERE / "ranges.json").get(name, {})
    _print(measured)
    for subject, figures in measured.items():
        for remark in _remarks(known.get("ranges", {}).get(subject, {}), figures):
            print(f"  {name}: {subject}: {remark}")


def _print(measured: dict[str, Any]) -> None:
    for subject, figures in measured.items():
        told = [f"{key} {value}" for key, value in figures.items() if key not in UNTOLD]
        print(f"{subject:28}" + "".join(f"{text:>16}" for text in told))


def _remarks(ranges: dict[str, list[float]], figures: dict[str, Any]) -> list[str]:
    found = []
    if figures.get("status", 200) != 200:
        found.append(f"answers {figures['status']}")
    if figures.get("queries", 0) > QUERIES_MAX:
        found.append(f"{figures['queries']} queries, more than {QUERIES_MAX}")
    if figures.get("queries_small", figures.get("queries")) != figures.get("queries"):
        found.append(f"{figures['queries_small']} queries with hardly a row, now more")
    if figures.get("cpu_ms", 0) > CPU_MS_MAX:
        found.append(f"{figures['cpu_ms']} ms of CPU, more than {CPU_MS_MAX}")
    for key, (least, most) in ranges.items():
        if key in figures and not least <= figures[key] <= most:
            found.append(f"{key} is {figures[key]}, outside the recorded {least} to {most}")
    return found
