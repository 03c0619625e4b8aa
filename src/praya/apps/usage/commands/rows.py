"""Rows on their way to their tables, without what a model carries: there are thousands at once.

Each has the columns of its model by their names in the table, but for the number that it gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True, kw_only=True)
class UsageRow:
    """A usage record of a run on a cluster, see ``UsageRecord``."""

    key: str
    kind: str
    line_id: int
    cluster_code: str
    device_model_code: str
    cards: int
    began_at: datetime
    ended_at: datetime
    card_seconds: int
    received_at: datetime
    number: str
    member: str
    end: str
    submitted_at: datetime
    time_limit_s: int
    nodes: int | None
    job_id: None = None


@dataclass(slots=True, kw_only=True)
class ChargeRow:
    """A charge, see ``Charge``."""

    usage_id: int
    award_id: int
    line_id: int
    month: str
    rule_version_id: int
    price_minor_per_hour: int
    price_from: date
    service_class: str
    rate_bp: int
    card_seconds: int
    list_minor: int
    subsidy_minor: int
    own_minor: int
    entry_key: str
    charged_at: datetime
