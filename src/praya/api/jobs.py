"""Jobs by API: admitted, listed, followed, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Line, Number, Text, Whole
from praya.api.paging import Page, Paging, page_of
from praya.apps.usage import queries
from praya.apps.usage.commands import cancel_job, submit_job
from praya.apps.usage.rules import ALIVE, JobState
from praya.core.execution.port import LONGEST_CHARACTER
from praya.core.quantity import CardTime, Money
from praya.words import clock, quantities
from praya.words.entries import quantity_text
from praya.words.jobs import job_sentence, service_class, state_word
from praya.words.series import listed

router = Router(tags=["jobs"])
CHUNK_MAX = 1024 * 1024


class JobIn(Schema):
    """A job to admit: a command (``argv``), or a ``script`` whose arguments ``argv`` are.

    ``key`` tells this submission from every other: the same key and the same job give the job that
    was admitted the first time.
    """

    award: CodeGiven
    line: Number | None = None
    device_model: Annotated[Line, Field(max_length=40)] = ""
    cards: Annotated[Whole, Field(ge=1, le=1_000_000)] = 1
    time_limit_s: Annotated[Whole, Field(ge=1, le=10**9)]
    argv: Annotated[list[Text], Field(max_length=1000)] = Field(default_factory=list)
    script: Annotated[Text, Field(max_length=120_000)] = ""
    name: Annotated[Line, Field(max_length=200)] = ""
    service_class: Annotated[Line, Field(max_length=40)] = ""
    directory: Annotated[Line, Field(max_length=1000)] = ""
    environment: Annotated[dict[Line, Text], Field(max_length=200)] = Field(default_factory=dict)
    key: Annotated[Line, Field(min_length=1, max_length=200)]


class JobOut(Schema):
    """A job in a list: where it stands, in one sentence.

    ``is_free_use``: its line could not hold it; it is charged to nobody, and stopped for others.
    ``factor`` is that of its class of service on the price, as 3/2; empty for none.
    """

    code: str
    award: str
    line: int
    name: str
    member: str
    cards: int
    device_model: str
    time_limit_s: int
    service_class: str
    factor: str
    state: str
    state_word: str
    sentence: str
    is_over: bool
    is_free_use: bool
    exit_code: int | None
    signal: int | None
    submitted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class AmountOut(Schema):
    """Whole units of one commodity: minor units of money, seconds of one card."""

    commodity: str
    amount: int


class JobChargeOut(Schema):
    """What a job was charged; list = subsidy + own."""

    card_seconds: int
    list_minor: int
    subsidy_minor: int
    own_minor: int
    rate_bp: int
    rule_version: int
    entry_key: str


class WholeJobOut(JobOut):
    """A job with what is held for it and what it was charged; ``shown`` is the same for reading."""

    argv: list[str]
    script: str
    directory: str
    cluster: str
    partition: str
    slots: list[int]
    held: str
    held_exact: list[AmountOut]
    charge: JobChargeOut | None
    shown: list[list[str]]


class OutputOut(Schema):
    """A piece of what a job printed. Ask for ``next_offset`` next; stop when ``ended``."""

    text: str
    next_offset: int
    size: int
    ended: bool


class WhichJobs(Schema):
    """Which jobs to list."""

    award: CodeGiven | None = None
    state: JobState | None = None


class Piece(Schema):
    """Where in the output to begin, and how many bytes at most."""

    offset: Annotated[int, Field(ge=0, le=2**40)] = 0
    limit: Annotated[int, Field(ge=LONGEST_CHARACTER, le=CHUNK_MAX)] = 65_536


@router.get("/jobs", response=Page[JobOut], summary="Jobs one may see")
def jobs(request: HttpRequest, paging: Query[Paging], which: Query[WhichJobs]) -> dict[str, Any]:
    rows = queries.jobs_visible_to(caller(request)).select_related("partition__device_model")
    if which.award is not None:
        rows = rows.filter(award__code=which.award)
    if which.state is not None:
        rows = rows.filter(state=which.state.value)
    return page_of(rows, paging, lambda found: [_job(row) for row in found])


def _job(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Job
    return {
        "code": row.code,
        "award": row.award.code,
        "line": row.line.number,
        "name": row.name,
        "member": str(row.member),
        "cards": row.cards,
        "device_model": row.line.device_model_code,
        "time_limit_s": row.time_limit_s,
        "service_class": row.service_class,
        "factor": row.factor,
        "state": row.state,
        "state_word": state_word(row.state),
        "sentence": job_sentence(row, row.partition.device_model.name),
        "is_over": row.state not in ALIVE,
        "is_free_use": row.is_free_use,
        "exit_code": row.exit_code,
        "signal": row.signal,
        "submitted_at": row.submitted_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


@router.post(
    "/jobs",
    response={201: WholeJobOut},
    summary="Submit a job",
    description=(
        "The worst case, every card until the time limit, is held in the book before the job is "
        "admitted. `service_class` is the line's, unless another of the price list is named. Safe "
        "to repeat with the same `key`."
    ),
)
def submit(request: HttpRequest, wish: JobIn) -> Status[dict[str, Any]]:
    by = caller(request)
    made = submit_job(
        award_code=wish.award,
        line_number=wish.line,
        device_model_code=wish.device_model,
        **wish.dict(exclude={"award", "line", "device_model"}),
        by=by,
        now=clock.now(),
    )
    return Status(201, _whole(queries.job_of(made.code, by)))


@router.get("/jobs/{code}", response=WholeJobOut, summary="A job")
def job(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    return _whole(queries.job_of(code, caller(request)))


def _whole(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Job
    hold, charge = queries.hold_behind(row), queries.charge_behind(row)
    amounts = list(hold.held.amounts()) if hold else []
    if amounts:
        held = listed(quantity_text(*amount) for amount in amounts)
    elif row.is_free_use:
        held = _("Nothing, since it is free use,")
    else:
        held = _("Nothing, since the lease pays,")
    shown = _job(row)
    return {
        **shown,
        "argv": row.argv,
        "script": row.script,
        "directory": row.directory,
        "cluster": row.partition.cluster.code,
        "partition": row.partition.code,
        "slots": row.slots,
        "held": held,
        "held_exact": [{"commodity": name, "amount": amount} for name, amount in amounts],
        "charge": _charge(charge) if charge else None,
        "shown": _shown(row, shown, held if hold else "", charge),
    }


def _charge(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Charge
    return {
        "card_seconds": row.card_seconds,
        "list_minor": row.list_minor,
        "subsidy_minor": row.subsidy_minor,
        "own_minor": row.own_minor,
        "rate_bp": row.rate_bp,
        "rule_version": row.rule_version.number,
        "entry_key": row.entry_key,
    }


def _shown(row: Any, job: dict[str, Any], held: str, charge: Any) -> list[list[str]]:  # noqa: ANN401 -- a Job, a Charge
    """Label and value, as a person reads a job from top to bottom."""
    pairs = [
        (_("Job"), job["code"]),
        (_("Name"), job["name"]),
        (_("State"), f"{job['state_word']}. {job['sentence']}"),
        (_("Award"), row.line.code),
        (_("Member"), job["member"]),
        (_("Cards"), f"{job['cards']} × {row.partition.device_model.name}"),
        (_("Place"), f"{row.partition.cluster.code}/{row.partition.code}"),
        (_("Time limit"), quantities.duration(row.time_limit_s)),
        (_("Class of service"), service_class(row)),
        (_("Submitted"), _instant(row.submitted_at)),
        (_("Began"), _instant(row.started_at)),
        (_("Ended"), _instant(row.ended_at)),
        (_("Held at first"), held),
        (_("Free use"), _("not charged, and stopped for others") if row.is_free_use else ""),
    ]
    if charge is not None:
        currency = row.award.programme.currency
        used = CardTime(charge.card_seconds, row.line.device_model_code)
        pairs += [
            (_("Used"), quantities.card_hours_of(used)),
            (_("List price"), quantities.money(Money(charge.list_minor, currency))),
            (_("Subsidy"), quantities.money(Money(charge.subsidy_minor, currency))),
            (_("Own share"), quantities.money(Money(charge.own_minor, currency))),
        ]
    return [[label, value] for label, value in pairs if value]


def _instant(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


@router.get("/jobs/{code}/output", response=OutputOut, summary="What a job has printed")
def output(request: HttpRequest, code: CodeInPath, piece: Query[Piece]) -> Any:  # noqa: ANN401 -- an Output
    return queries.job_output(code, caller(request), offset=piece.offset, limit=piece.limit)


@router.post(
    "/jobs/{code}/cancel",
    response=WholeJobOut,
    summary="Ask for a job to end",
    description="One that waits ends at once and gives its hold back. Safe to repeat.",
)
def cancel(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    by = caller(request)
    cancel_job(code=code, by=by, now=clock.now())
    return _whole(queries.job_of(code, by))
