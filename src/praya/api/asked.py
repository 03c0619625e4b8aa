"""What a case asks for, line by line, and what its team will run there, by API."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema

from praya.core.quantity import CardTime
from praya.core.sizing import work_from
from praya.words.sizing import sheet_of


class SizingOut(Schema):
    """What a team will run on a line, what that needs, and how the ask compares with it."""

    work: dict[str, int | str]
    jobs: int
    job_cards: int
    job_s: int
    card_seconds: int
    memory_fits: bool | None
    percent_of_need: int
    verdict: str
    sentence: str
    steps: list[str]


class RequestLineOut(Schema):
    """One line of what the latest submission asks for."""

    number: int
    shape: str
    device_model: str
    cards: int
    first_on: date
    last_on: date
    card_hours: int
    card_seconds: int
    list_minor: int
    subsidy_minor: int
    plan: dict[str, int] | None
    sizing: SizingOut | None
    note: str


def request_line(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a RequestLine
    """One line of what is asked for."""
    return {
        "number": row.number,
        "shape": row.shape,
        "device_model": row.device_model_code,
        "cards": row.cards,
        "first_on": row.first_on,
        "last_on": row.last_on,
        "card_hours": row.card_hours,
        "card_seconds": row.card_seconds,
        "list_minor": row.list_minor,
        "subsidy_minor": row.subsidy_minor,
        "plan": row.plan,
        "sizing": _sizing(row),
        "note": row.note,
    }


def _sizing(row: Any) -> dict[str, Any] | None:  # noqa: ANN401 -- a RequestLine
    work = work_from(row.sizing)
    if work is None:
        return None
    sheet = sheet_of(work, CardTime(row.card_seconds, row.device_model_code))
    needs = sheet.needs
    return {
        "work": row.sizing,
        "jobs": needs.jobs,
        "job_cards": needs.job_cards,
        "job_s": needs.job_s,
        "card_seconds": needs.card_seconds,
        "memory_fits": needs.memory.fits if needs.memory else None,
        "percent_of_need": sheet.percent,
        "verdict": sheet.verdict.value,
        "sentence": sheet.sentence,
        "steps": sheet.steps,
    }
