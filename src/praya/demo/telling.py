"""Tells the demo: plays what has not been played yet, shows how far it is, and sums it up."""

from __future__ import annotations

import json
import os
import secrets
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from praya.apps.awards.queries import awards_visible_to
from praya.apps.reports.commands import take_snapshot
from praya.apps.reports.queries import latest_snapshot
from praya.apps.usage.queries import jobs_visible_to
from praya.core.programme.months import month_start
from praya.demo import forecasting, setting, timeline, working
from praya.demo.cast import ADMIN, STAFF
from praya.demo.stage import Stage
from praya.words.clock import now
from praya.words.figures import DEFINITIONS, NAMES, parts_of, value_of
from praya.words.jobs import job_sentence
from praya.words.roles import needed

_ZONE = ZoneInfo("Asia/Hong_Kong")
_NOTES = "demo.json"
_PASSWORD_WORDS = (
    *("harbour", "lantern", "ferry", "typhoon", "sampan", "banyan", "tram", "peak"),
    *("kelp", "egret", "pier", "tide", "abacus", "bamboo", "granite", "junk"),
)


class Rounds(Protocol):
    """Runs the worker's rounds beside the demo for as long as the context lasts."""

    def __call__(self) -> AbstractContextManager[object]:
        """Begin them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, for the story and for the JSON summary."""

    figures: dict[str, dict[str, Any]]
    jobs: list[dict[str, Any]]
    refusal: str
    logins: dict[str, str]
    password: str
    award: str


@dataclass
class Notes:
    """What the demo remembers between two runs, in a file of the data directory."""

    path: Path
    began_on: str
    password: str
    database: str = ""
    played: int = 0
    refusal: str = ""
    has_worked: bool = False

    @classmethod
    def begun(cls, home: Path, database: str, today: date) -> Notes:
        """Fresh notes, of a demo in a database elsewhere or, by an empty name, in ``home``."""
        words = "-".join(secrets.choice(_PASSWORD_WORDS) for _word in range(4))
        return cls(home / _NOTES, today.isoformat(), words, database)

    def keep(self) -> None:
        """Write the notes, whole or not at all, for their owner only."""
        kept = {
            "began_on": self.began_on,
            "password": self.password,
            "database": self.database,
            "played": self.played,
            "refusal": self.refusal,
            "has_worked": self.has_worked,
        }
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(kept, out)
        fresh.replace(self.path)


def notes_in(home: Path) -> Notes | None:
    """The notes of the demo in a data directory, where there is one."""
    path = home / _NOTES
    try:
        return Notes(path, **json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def tell(*, home: Path, database: str, examples: Path, rounds: Rounds, console: Console) -> Told:
    """Play the demo as far as it has not been played, and say what happened.

    Raises:
        StillRunning: its jobs have not ended by far; the next run waits for them again.

    """
    notes, stage = play(home=home, database=database, examples=examples, console=console)
    if not notes.has_worked:
        with rounds():
            _work(notes, stage, home, examples, console)
    take_snapshot(programme_code=stage.programme_code, now=now())
    return _told(notes, stage)


def play(*, home: Path, database: str, examples: Path, console: Console) -> tuple[Notes, Stage]:
    """Play what has not been played of the year before today; no job runs yet.

    The days of the demo are those of its first run, so that a second run goes on where the first
    one stopped.
    """
    notes = notes_in(home) or Notes.begun(home, database, now().astimezone(_ZONE).date())
    notes.keep()
    today = date.fromisoformat(notes.began_on)
    stage = Stage("harbour", "rolling", month_start(today, months=-timeline.MONTHS_BACK))
    files = setting.Files(
        harbour=_moved(examples / "harbour", stage.first_on),
        campus=_moved(examples / "campus", month_start(today, months=-10)),
        password=notes.password,
    )
    _play(notes, timeline.acts_until(today, stage, files), console)
    return notes, stage


def _moved(folder: Path, to: date) -> str:
    return timeline.moved((folder / "programme.yaml").read_text(encoding="utf-8"), to=to)


def _play(notes: Notes, acts: list[timeline.Act], console: Console) -> None:
    with _progress(console) as progress:
        task = progress.add_task("", total=len(acts), completed=notes.played)
        for act in acts[notes.played :]:
            progress.update(task, description=f"{act.at:%Y-%m-%d}  {act.label}"[:60])
            act.play(act.at)
            notes.played += 1
            notes.keep()
            progress.advance(task)
        progress.update(task, description=_("A year of the programme"))


def _work(notes: Notes, stage: Stage, home: Path, examples: Path, console: Console) -> None:
    def refused(sentence: str) -> None:
        notes.refusal = sentence

    with _progress(console) as progress:
        task = progress.add_task(_("Real jobs on the local engine"), total=None)
        done = working.work(
            stage, jobs=examples / "jobs", home=home, python=sys.executable, tell=refused
        )
        for _code in done:
            progress.advance(task)
        progress.update(task, total=progress.tasks[0].completed)
    forecasting.ask(stage, now())
    notes.has_worked = True
    notes.keep()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<62}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _told(notes: Notes, stage: Stage) -> Told:
    snapshot = latest_snapshot(stage.programme_code)
    assert snapshot is not None
    operator = stage.who("operator", now())
    jobs = [
        {
            "code": job.code,
            "award": job.award.code,
            "name": job.name,
            "state": job.state,
            "cards": job.cards,
            "device_model": job.line.device_model_code,
            "sentence": job_sentence(job, job.line.device_model_code),
        }
        for job in jobs_visible_to(operator).order_by("pk")
    ]
    member = stage.who("member", now())
    award = awards_visible_to(member).filter(application__title__contains="evaluation").get()
    logins = {role.value: one.email for one, role in reversed(STAFF)}
    logins |= {"lead": "lead@praya.example", "member": "member@praya.example"}
    logins |= {"applicant": "applicant@praya.example", "admin": ADMIN.email}
    return Told(
        figures={figure["code"]: figure for figure in snapshot.figures["figures"]},
        jobs=jobs,
        refusal=notes.refusal,
        logins=dict(sorted(logins.items())),
        password=notes.password,
        award=award.code,
    )


def print_story(told: Told, console: Console) -> None:
    """The story in a few lines, with its figures."""
    console.print()
    for code, figure in told.figures.items():
        name = next(name for key, name in NAMES.items() if key == code)
        parts = "; ".join(f"{label} {part}" for label, part in parts_of(figure))
        period = f"{figure['first_on']} … {figure['last_on']}"
        console.print(
            f"  {name!s:<20} {value_of(figure):<24} {period}", highlight=False, soft_wrap=True
        )
        if parts:
            console.print(f"  {'':<20} {parts}", highlight=False, soft_wrap=True)
    console.print()
    for job in told.jobs:
        console.print(
            f"  {job['code']} {job['award']} {job['name']:<12} {job['sentence']}",
            highlight=False,
            soft_wrap=True,
        )
    if told.refusal:
        console.print("\n" + _("One job was not admitted:"))
        console.print(f"  {told.refusal}", highlight=False, soft_wrap=True)


def print_ways_in(told: Told, address: str, console: Console) -> None:
    """Where the site is, who can sign in, and a command to try."""
    console.print("\n" + _("The site is at %s") % address, highlight=False)
    console.print(_("Everybody signs in with the password: %s") % told.password, highlight=False)
    for role, email in told.logins.items():
        console.print(f"  {email:<28} {needed(role)}", highlight=False)
    console.print("\n" + _("In another terminal, as a member:"))
    console.print(
        f"  ./run praya login member@praya.example\n"
        f"  ./run praya run --award {told.award} --cards 2 --time 5m -- "
        f'python "$PWD/examples/jobs/train_char_lm.py" --steps 1500 --save /tmp/model.npz',
        highlight=False,
        soft_wrap=True,
    )


def summary(told: Told, address: str | None) -> dict[str, Any]:
    """The JSON summary: figures with their definitions, jobs, addresses and log-ins."""

    def figure(code: str) -> dict[str, Any]:
        found = told.figures[code]
        definition = next(text for key, text in DEFINITIONS.items() if key == code)
        return {**found, "in_words": value_of(found), "definition": str(definition)}

    return {
        "applications": told.figures["applications"]["numerator"],
        "approved": told.figures["approved"]["numerator"],
        "committed": figure("committed"),
        "drawn": figure("drawn"),
        "jobs_run": len(told.jobs),
        "jobs": told.jobs,
        "refusal": told.refusal,
        "utilisation": figure("utilisation"),
        "addresses": {"site": address, "figures": f"{address}/programmes/harbour/figures/"}
        if address
        else {},
        "logins": told.logins,
        "password": told.password,
    }
