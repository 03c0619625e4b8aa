"""Why a figure is as it is, by API: a tree whose parts add up to it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from praya.api.callers import bearer, browser, caller, everybody
from praya.api.fields import CodeInPath, Line, MonthInPath
from praya.apps.enforcement.queries import alive_behind
from praya.apps.reports.queries import why
from praya.apps.usage.rules import JobState
from praya.words import clock
from praya.words.cluster_jobs import there_sentence
from praya.words.devices import device_names
from praya.words.jobs import job_sentence, state_word
from praya.words.why import amount_text, ground_sentence, sentence

router = Router(tags=["why"])
UsageInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$")]


class GroundOut(Schema):
    """What something rests on, in words; the facts lead to it."""

    kind: str
    text: str
    facts: dict[str, Any]


class WhyOut(Schema):
    """A figure or a part of one in whole units and in words. Parts always add up to it.

    ``next_offset`` is where the next page of parts begins; what is on other pages stands here as
    one part, ``rest``.
    """

    code: str
    sentence: str
    unit: str
    amount: int
    text: str
    facts: dict[str, Any]
    parts: list[WhyOut]
    grounds: list[GroundOut]
    count: int
    next_offset: int | None


class JobWhyOut(Schema):
    """Where a job stands and why, what it holds, and what it was charged."""

    job: str
    state: str
    state_word: str
    sentence: str
    holds: list[WhyOut]
    charge: WhyOut | None


class Which(Schema):
    """Which page of parts."""

    offset: Annotated[int, Field(ge=0, le=10**9)] = 0
    limit: Annotated[int, Field(ge=1, le=why.LIMIT_MAX)] = why.LIMIT

    @property
    def window(self) -> why.Window:
        """The page as queries take it."""
        return why.Window(self.offset, self.limit)


class WhichBalance(Which):
    """Of what, and of which line; of money and the whole award if left out."""

    commodity: Line = ""
    line: Line = ""


class WhichSum(Which):
    """Which sum; the time of a device model for ``time``."""

    of: Annotated[str, Field(pattern=r"^(list|subsidy|own|time)$")] = "list"
    device_model: Line = ""


def _out(one: why.Why) -> dict[str, Any]:
    return {
        "code": one.code.value,
        "sentence": sentence(one),
        "unit": one.unit,
        "amount": one.amount,
        "text": amount_text(one),
        "facts": dict(one.facts),
        "parts": [_out(part) for part in one.parts],
        "grounds": [
            {"kind": each.kind.value, "text": ground_sentence(each), "facts": dict(each.facts)}
            for each in one.grounds
        ],
        "count": one.count,
        "next_offset": one.next_offset,
    }


@router.get("/awards/{code}/why/{part}", response=WhyOut, summary="Why a balance is as it is")
def balance(
    request: HttpRequest,
    code: CodeInPath,
    part: Annotated[str, Path(pattern=r"^(settled|in-flight|committed|free)$")],
    which: Query[WhichBalance],
) -> dict[str, Any]:
    by = caller(request)
    found = why.why_balance(
        code, part, by, commodity=which.commodity, line=which.line, window=which.window
    )
    return _out(found)


@router.get(
    "/awards/{code}/statements/{month}/why",
    response=WhyOut,
    summary="Why a sum of a statement is as it is",
)
def statement(
    request: HttpRequest, code: CodeInPath, month: MonthInPath, which: Query[WhichSum]
) -> dict[str, Any]:
    by = caller(request)
    found = why.why_statement(
        code, month, by, of=which.of, device_model=which.device_model, window=which.window
    )
    return _out(found)


@router.get("/charges/{usage}/why", response=WhyOut, summary="Why a charge is as it is")
def charge(request: HttpRequest, usage: UsageInPath) -> dict[str, Any]:
    return _out(why.why_charge(usage, caller(request)))


@router.get("/jobs/{code}/why", response=JobWhyOut, summary="Why a job stands where it stands")
def job(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = why.why_job(code, caller(request))
    return {
        "job": found.job.code,
        "state": found.job.state,
        "state_word": state_word(found.job.state),
        "sentence": _sentence(found.job),
        "holds": [_out(hold) for hold in found.holds],
        "charge": None if found.charge is None else _out(found.charge),
    }


def _sentence(row: Any) -> str:  # noqa: ANN401 -- a Job
    """Where the job stands; while a cluster with a queue of its own has it, what that says."""
    there = alive_behind(row, now=clock.now()) if row.state == JobState.STARTING.value else None
    return job_sentence(row) if there is None else there_sentence(there, device_names())


@router.get(
    "/programmes/{code}/figures/{figure}/why",
    response=WhyOut,
    auth=[bearer, browser, everybody],
    summary="Why a public figure is as it is",
    description="By month or call for everybody; by award for those who may read the book.",
)
def figure(
    request: HttpRequest, code: CodeInPath, figure: CodeInPath, which: Query[Which]
) -> dict[str, Any]:
    return _out(why.why_figure(code, figure, caller(request), window=which.window))
