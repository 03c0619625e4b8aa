"""Balances as Open OnDemand reads them: its ``balances.json``, version 1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from praya.apps.reports.queries.exports import PersonalBalance
from praya.core.quantity import CardTime, Money, device_model_of

VERSION = 1


def ondemand_balances(
    balances: Iterable[PersonalBalance], commodity: str, now: datetime
) -> dict[str, Any]:
    """One document for one commodity: whole card-hours, or whole major units of money.

    What is no whole unit is left out: nobody is promised more than there is.
    """
    model = device_model_of(commodity)
    return {
        "version": VERSION,
        "timestamp": int(now.timestamp()),
        "config": {
            "unit": f"{model} card-hour" if model else commodity,
            "project_type": "award",
        },
        "balances": [
            {"user": one.user, "project": one.award, "value": _whole(one.free, commodity)}
            for one in balances
        ],
    }


def _whole(amount: int, commodity: str) -> int:
    model = device_model_of(commodity)
    return int(CardTime(amount, model).hours if model else Money(amount, commodity).major)
