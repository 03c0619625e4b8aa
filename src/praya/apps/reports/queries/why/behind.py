"""Which figure a refusal rests on, where one stems from the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.billing.models import Invoice
from praya.apps.reports.queries.why.accounts import why_account
from praya.apps.reports.queries.why.ceilings import why_ceiling
from praya.apps.reports.queries.why.chain import Window
from praya.apps.reports.queries.why.entries import why_entry
from praya.apps.reports.queries.why.periods import why_period
from praya.core.actor import Actor
from praya.core.ledger import debt_account, invoice_account, pool_account
from praya.core.refusal import Refusal

ONE = Window(limit=1)


class Figure(StrEnum):
    """What can be asked about after a refusal."""

    BALANCE = "balance"
    OPEN = "open"
    ACCOUNT = "account"
    ENTRY = "entry"
    CEILING = "ceiling"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Question:
    """The figure that a refusal rests on.

    ``about`` is the code of the award, of the programme, or of the application of a ceiling;
    ``key`` tells the figure apart: a number of an award, an account, an entry, a ceiling, a month.
    """

    figure: Figure
    about: str
    key: str = ""
    commodity: str = ""
    line: str = ""


def question_behind(refusal: Refusal, actor: Actor, now: datetime) -> Question | None:
    """Which figure to ask about after a refusal; none where it rests on none the actor may see."""
    asked = _asked(refusal)
    if asked is None:
        return None
    try:
        _SEEN[asked.figure](asked, actor, now)
    except Refusal:
        return None
    return asked


def _asked(refusal: Refusal) -> Question | None:
    facts = refusal.facts
    commodity = str(facts.get("commodity", ""))
    line = facts.get("line")
    if isinstance(line, str) and "." in line:
        award = line.rpartition(".")[0]
        if refusal.code == "life.not_open_yet":
            return Question(Figure.OPEN, award, line=line)
        number = "free" if commodity else "committed"
        return Question(Figure.BALANCE, award, number, commodity, line)
    if {"cap", "application"} <= facts.keys():
        return Question(Figure.CEILING, facts["application"], facts["cap"])
    if {"invoice", "open"} <= facts.keys():
        found = Invoice.objects.filter(code=facts["invoice"]).values_list("programme__code")
        return _account(found.first(), invoice_account(facts["invoice"]), commodity)
    if {"award", "owed"} <= facts.keys():
        programme = Award.objects.filter(code=facts["award"]).values_list("programme__code")
        return _account(programme.first(), debt_account(facts["award"]), "")
    return _of_programme(facts, commodity)


def _of_programme(facts: Mapping[str, Any], commodity: str) -> Question | None:
    programme = facts.get("programme")
    if not isinstance(programme, str):
        return None
    if "account" in facts:
        return _account((programme,), facts["account"], commodity)
    if {"pool", "free"} <= facts.keys():
        return _account((programme,), pool_account(facts["pool"]), commodity)
    if facts.get("closed_until") is not None:
        return Question(Figure.PERIOD, programme, f"{facts['closed_until']:%Y-%m}")
    if isinstance(facts.get("number"), int):
        return Question(Figure.ENTRY, programme, str(facts["number"]))
    return None


def _account(programme: tuple[str] | None, account: str, commodity: str) -> Question | None:
    if programme is None:
        return None
    return Question(Figure.ACCOUNT, programme[0], account, commodity)


# What refuses whoever may not see the figure. Of a line that is its award's matter: jobs are
# refused by the thousand, and each answer waits for this.
_SEEN: dict[Figure, Callable[[Question, Actor, datetime], object]] = {
    Figure.BALANCE: lambda asked, by, _now: award_of(asked.about, by),
    Figure.OPEN: lambda asked, by, _now: award_of(asked.about, by),
    Figure.ACCOUNT: lambda asked, by, _now: why_account(
        asked.about, asked.key, by, commodity=asked.commodity, window=ONE
    ),
    Figure.ENTRY: lambda asked, by, _now: why_entry(asked.about, int(asked.key), by, window=ONE),
    Figure.CEILING: lambda asked, by, now: why_ceiling(asked.about, asked.key, by, now, window=ONE),
    Figure.PERIOD: lambda asked, by, _now: why_period(asked.about, asked.key, by, window=ONE),
}
