"""The jobs of the demo: small real computations, run by the local engine on the award's slots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from praya.apps.awards.queries import awards_visible_to
from praya.apps.usage.commands import cancel_job, submit_job
from praya.apps.usage.queries import job_of, jobs_visible_to
from praya.apps.usage.rules import ALIVE, ON_SLOTS, JobState
from praya.core.actor import Actor
from praya.core.refusal import Refusal
from praya.demo.cases import HARBOUR
from praya.demo.stage import Stage
from praya.words.clock import now
from praya.words.refusals import sentence_for

# Well beyond the time limits of the jobs, at which the worker ends them.
_WAVE_S_MAX = 600
# How jobs end with a demo that is stopped, or with the machine.
_CUT_SHORT = frozenset({JobState.CANCELLED, JobState.LOST})


class StillRunning(Exception):  # noqa: N818 -- not an error of a program but of the machine
    """Jobs of the demo have not ended after so many seconds: nobody does the worker's rounds."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(*codes)
        self.codes, self.seconds = codes, _WAVE_S_MAX


@dataclass(frozen=True, slots=True)
class Work:
    """A job to submit. ``script`` stands in the folder of example jobs."""

    key: str
    story: str
    who: str
    line: int
    cards: int
    limit_s: int
    script: str
    arguments: tuple[str, ...] = ()
    is_cancelled: bool = False


MODEL = "{home}/demo-model.npz"
_WAVES: tuple[tuple[Work, ...], ...] = (
    (
        Work("letters", "evaluation", "member", 1, 2, 300, "train_char_lm.py",
             ("--steps", "1500", "--save", MODEL)),
        Work("benchmark", "evaluation", "abacus", 1, 1, 300, "matmul_benchmark.py",
             ("--repeats", "40")),
        Work("poems", "llm", "member", 2, 4, 300, "train_char_lm.py",
             ("--text", "{jobs}/text/tang.txt", "--steps", "600")),
        Work("enzymes", "enzymes", "kelp", 1, 8, 300, "material_screen.py", ("--hops", "60")),
        Work("membranes", "materials", "wing", 1, 16, 300, "material_screen.py",
             ("--hops", "60", "--seed", "7")),
        Work("voices", "speech", "murmur", 1, 4, 300, "matmul_benchmark.py",
             ("--repeats", "30", "--size", "768")),
    ),
    (
        Work("evaluation", "evaluation", "member", 1, 2, 300, "evaluate_lm.py",
             ("--model", MODEL, "--resamples", "200000")),
        Work("too-long", "speech", "member", 2, 1, 3, "train_char_lm.py",
             ("--steps", "1000000")),
        Work("missing", "video", "bao", 2, 1, 60, "evaluate_lm.py",
             ("--model", "no-such-model.npz")),
        Work("stopped", "drone", "sampan", 2, 2, 300, "material_screen.py",
             ("--hops", "1000000"), is_cancelled=True),
    ),
)  # fmt: skip
# 16 cards for 6 days ask for 2,304 card-hours of the 2,000 there are.
_TOO_MUCH = Work("too-much", "drone", "member", 2, 16, 6 * 86_400, "train_char_lm.py")


def work(
    stage: Stage, *, jobs: Path, home: Path, python: str, tell: Callable[[str], None]
) -> Iterator[str]:
    """Submit the jobs wave by wave and wait for each wave; codes of those that were admitted.

    Raises:
        StillRunning: a wave has not ended by far.

    """
    for wave in _WAVES:
        admitted = [(one, _submit(stage, one, jobs, home, python)) for one in wave]
        yield from (code for _one, code in admitted)
        for one, code in admitted:
            if one.is_cancelled:
                _cancel_when_running(stage, one, code)
        _wait_for(stage, [code for _one, code in admitted])
    try:
        _submit(stage, _TOO_MUCH, jobs, home, python)
    except Refusal as refusal:
        tell(sentence_for(refusal))


def _submit(stage: Stage, one: Work, jobs: Path, home: Path, python: str) -> str:
    """Submit a job, once; anew if the one submitted before was cut short."""
    at = now()
    by = stage.who(one.who, at)
    award = _award_of(stage, one, by, at)
    before = list(
        jobs_visible_to(by).filter(award__code=award, name=one.key, member_id=by.person_id)
    )
    for job in before:
        if one.is_cancelled or job.state not in _CUT_SHORT:
            return job.code
    places = {"{home}": str(home), "{jobs}": str(jobs)}
    arguments = []
    for argument in one.arguments:
        for place, path in places.items():
            argument = argument.replace(place, path)  # noqa: PLW2901 -- place after place
        arguments.append(argument)
    job = submit_job(
        award_code=award,
        line_number=one.line,
        cards=one.cards,
        time_limit_s=one.limit_s,
        argv=[python, str(jobs / one.script), *arguments],
        name=one.key,
        key=f"demo-{one.key}-{len(before)}",
        by=by,
        now=at,
    )
    return job.code


def _award_of(stage: Stage, one: Work, by: Actor, at: datetime) -> str:
    story = next(story for story in HARBOUR if story.key == one.story)
    case = stage.case(story, at)
    return awards_visible_to(by).get(application__code=case).code


def _cancel_when_running(stage: Stage, one: Work, code: str) -> None:
    by = stage.who(one.who, now())
    _wait_until_none(lambda: [code] if job_of(code, by).state in ALIVE - ON_SLOTS else [])
    if job_of(code, by).state in ALIVE:
        cancel_job(code=code, by=by, now=now())


def _wait_for(stage: Stage, codes: list[str]) -> None:
    by = stage.who("operator", now())
    _wait_until_none(lambda: [code for code in codes if job_of(code, by).state in ALIVE])


def _wait_until_none(left: Callable[[], list[str]]) -> None:
    until = now() + timedelta(seconds=_WAVE_S_MAX)
    while codes := left():
        if now() > until:
            raise StillRunning(codes)
        time.sleep(0.2)
