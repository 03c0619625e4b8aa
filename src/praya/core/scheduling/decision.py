"""What a policy answers for each waiting job: start on these slots, or wait for this reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WaitReason(StrEnum):
    """Why a job waits; its facts stand beside each reason."""

    # free, needs, ahead, and expected_at if it can be known: too few are free now.
    NO_FREE_CARDS = "no_free_cards"
    # free, needs, ahead, and fits_until: it would fit, but would delay the jobs before it. With a
    # time limit that ends by fits_until it would start.
    BEHIND = "behind"
    # free, needs, ahead, fits_until, and expected_at if it can be known: a lease takes the free
    # cards before the job's time limit is over. With one that ends by fits_until it might start.
    SET_ASIDE_SOON = "set_aside_soon"
    # cap, in_use, needs: the award may not hold more at once, or a limit it shares is reached.
    AWARD_CAP = "award_cap"
    # total, needs: it can never start here.
    LARGER_THAN_PARTITION = "larger_than_partition"
    # total, needs: it can never start under this lease.
    LARGER_THAN_LEASE = "larger_than_lease"
    # in_service, total, needs
    OUT_OF_SERVICE = "out_of_service"
    # begins_at
    LEASE_NOT_BEGUN = "lease_not_begun"
    # ends_at if it is known: the lease is over, or would be before the job's time limit is.
    LEASE_ENDED = "lease_ended"


@dataclass(frozen=True, slots=True)
class Start:
    """The job starts now, on exactly these slots, once the jobs in ``stops`` have left theirs.

    ``wish`` says which of its wishes came true: 0 is what it asked for first.
    """

    job: str
    slots: tuple[int, ...]
    wish: int = 0
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """The job waits. ``facts`` are what a sentence about the reason needs."""

    job: str
    reason: WaitReason
    facts: Mapping[str, int] = field(default_factory=dict)


Decision = Start | Wait
