"""Why a figure is as it is, by API: a tree whose parts add up to it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from praya.api.callers import bearer, browser, caller, everybody
from praya.api.fields import CodeInPath, Day, Line, MonthInPath, NumberInPath
from praya.apps.enforcement.queries import alive_behind
from praya.apps.reports.queries import why
from praya.apps.usage.rules import JobState
from praya.words import clock
from praya.words.cluster_jobs import there_sentence
from praya.words.devices import device_names
from praya.words.jobs import job_sentence, state_word
from praya.words.why import amount_text, ground_sentence, sentence

router = Router(tags=["why"])
UsageInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,119}$")]


class GroundOut(Schema):
    """What something rests on, in words; the facts lead to it."""

    kind: str
    text: str
    facts: dict[str, Any]


class WhyOut(Schema):
    """A figure or a part of one in whole units and in words. Parts in its unit add up to it.

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


class WhichLine(Schema):
    """Which line."""

    line: Line


class WhichEntry(Which):
    """Of what; of money, if the entry moved any, where it is left out."""

    commodity: Line = ""


class WhichUse(Which):
    """From which day to which, all if left out; of a line, with a first day its records of it.

    Of time, or the subsidy that it drew; records of a day are of time.
    """

    first_on: Day | None = None
    last_on: Day | None = None
    line: Line = ""
    of: Annotated[str, Field(pattern=r"^(time|subsidy)$")] = "time"


class WhichOutlook(Which):
    """What is burnt of a commodity, of money where it is left out; or what idle cards cost."""

    of: Annotated[str, Field(pattern=r"^(burn|idle-list|idle-own)$")] = "burn"
    commodity: Line = ""
    line: Line = ""


class WhichOfYear(Which):
    """Which figure of a year."""

    of: Annotated[str, Field(pattern=r"^(voted|funded|committed|promised|spent|left|lapsed)$")] = (
        "left"
    )


class WhichAccount(Which):
    """Which account, of what, and of the lines of which pool; of money where it is left out.

    `award/*` is what was committed to all awards.
    """

    account: Line = why.ALL_COMMITTED
    commodity: Line = ""
    pool: Line = ""


class WhichSum(Which):
    """Which sum; the time of a device model for ``time``."""

    of: Annotated[str, Field(pattern=r"^(list|subsidy|own|time)$")] = "list"
    device_model: Line = ""


class WhichAge(Which):
    """Of invoices by the days since they were due, or of debts by the days since they were made."""

    of: Annotated[str, Field(pattern=r"^(invoices|debts)$")] = "invoices"


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


@router.get(
    "/awards/{code}/use/why",
    response=WhyOut,
    summary="Why an award used so much time",
    description="By line and day, from a day to a day; with a line, only its own, and with a first "
    "day too, the records of that day.",
)
def use(request: HttpRequest, code: CodeInPath, which: Query[WhichUse]) -> dict[str, Any]:
    by = caller(request)
    if which.line and which.first_on:
        return _out(why.why_day(which.line, which.first_on, by, window=which.window))
    found = why.why_use(
        code,
        by,
        first_on=which.first_on,
        last_on=which.last_on,
        line=which.line,
        of=which.of,
        window=which.window,
    )
    return _out(found)


@router.get(
    "/awards/{code}/outlook/why",
    response=WhyOut,
    summary="Why an award burns so much, or its idle cards cost so much",
    description="By line and day: `burn`, the use of the days by which the pace is told; "
    "`idle-list` and `idle-own`, what cards of leases cost on which no job ran.",
)
def outlook(request: HttpRequest, code: CodeInPath, which: Query[WhichOutlook]) -> dict[str, Any]:
    found = why.why_outlook(
        code,
        which.of,
        caller(request),
        clock.now(),
        commodity=which.commodity,
        line=which.line,
        window=which.window,
    )
    return _out(found)


@router.get(
    "/debts/{debt_id}/set-off/why",
    response=WhyOut,
    summary="Why so much of a debt was set off",
    description="By line, each with what was owed, allowed and free when it was set off.",
)
def set_off(request: HttpRequest, debt_id: NumberInPath) -> dict[str, Any]:
    return _out(why.why_set_off(debt_id, caller(request)))


@router.get(
    "/programmes/{code}/years/{purpose}/{first_on}/why",
    response=WhyOut,
    summary="Why a figure of a year of the budget is as it is",
    description="The entries or awards behind it; of what is left, the other figures.",
)
def year(
    request: HttpRequest,
    code: CodeInPath,
    purpose: CodeInPath,
    first_on: Day,
    which: Query[WhichOfYear],
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    found = why.why_year(
        code, which.of, by, now, purpose=purpose, first_on=first_on, window=which.window
    )
    return _out(found)


@router.get(
    "/programmes/{code}/entries/{number}/why",
    response=WhyOut,
    summary="Why an entry moved what it moved",
    description="The charges behind it, or the accounts that it gave to. For readers of the book; "
    "of an award, also for those who see the award.",
)
def entry(
    request: HttpRequest, code: CodeInPath, number: NumberInPath, which: Query[WhichEntry]
) -> dict[str, Any]:
    by = caller(request)
    found = why.why_entry(code, number, by, commodity=which.commodity, window=which.window)
    return _out(found)


@router.get(
    "/programmes/{code}/accounts/why",
    response=WhyOut,
    summary="Why so much stands on an account",
    description="Its postings; of `award/*/used`, all accounts of the kind.",
)
def account(request: HttpRequest, code: CodeInPath, which: Query[WhichAccount]) -> dict[str, Any]:
    by = caller(request)
    found = why.why_account(
        code,
        which.account,
        by,
        commodity=which.commodity,
        pool=which.pool,
        window=which.window,
    )
    return _out(found)


@router.get(
    "/applications/{code}/ceilings/{ceiling}/why",
    response=WhyOut,
    summary="Why so much is left under a ceiling on subsidy",
    description="For a case: `award`, `organisation-year`, `programme` or `window`. The ceiling "
    "less what is promised and decided to others; what is granted to the case itself counts not.",
)
def ceiling(
    request: HttpRequest, code: CodeInPath, ceiling: CodeInPath, which: Query[Which]
) -> dict[str, Any]:
    by = caller(request)
    return _out(why.why_ceiling(code, ceiling, by, clock.now(), window=which.window))


@router.get(
    "/programmes/{code}/ageing/{age}/why",
    response=WhyOut,
    summary="Why so much is open at an age",
    description="Of invoices: `not-due`, `1-30`, `31-60`, `61-90` or `over-90` days; of debts: "
    "`to-30`, `to-90`, `to-365` or `over-365`.",
)
def age(
    request: HttpRequest, code: CodeInPath, age: CodeInPath, which: Query[WhichAge]
) -> dict[str, Any]:
    by = caller(request)
    return _out(why.why_age(code, age, by, clock.now(), of=which.of, window=which.window))


@router.get(
    "/awards/{code}/open/why",
    response=WhyOut,
    summary="Why so much of a line may be used by now",
    description="What a window, tranches or a payment have opened of it, less what was used.",
)
def opened(request: HttpRequest, code: CodeInPath, which: Query[WhichLine]) -> dict[str, Any]:
    line = which.line if which.line.startswith(f"{code}.") else ""
    return _out(why.why_open(line, caller(request), clock.now()))


@router.get(
    "/programmes/{code}/periods/{month}/why",
    response=WhyOut,
    summary="Why a month of a book is closed",
    description="Its entries, and who closed it. For readers of the book.",
)
def period(
    request: HttpRequest, code: CodeInPath, month: MonthInPath, which: Query[Which]
) -> dict[str, Any]:
    return _out(why.why_period(code, month, caller(request), window=which.window))


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
