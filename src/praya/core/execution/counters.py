"""A cluster's counter that was lost, and what an account may use beyond it.

A cluster compares its own counter with a limit. Where the counter shows clearly less than was
charged, it was lost: with the controller's state, or since somebody set it back. From then on the
limit is lower by what the counter no longer shows, which is found once and does not move.

Worked example: 150,000 card-seconds are charged, and the counter shows 1,200, all of them of a job
that runs. So 150,000 of what is charged are not in it. Of 450,000 that are left the limit is
``450,000 + 150,000 - 150,000 = 450,000``; once the job has used 3,600 and is charged, it is
``446,400 + 153,600 - 150,000``, the same.

What has ended and is not charged yet is in the counter, and also in what is left. So the loss is
known only when all that had ended by the look at the counter is charged; until then nothing begins.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from praya.core.execution.limits import ALL_MODELS, Account, Wanted

# Clusters count whole minutes, and add up fractions of seconds: below this no counter is lost.
SLACK_S = 120


def limit_of(wanted: Wanted, model: str, models: Collection[str]) -> int:
    """The seconds that an account may have used since its counter began, of a model or of all.

    What is left and what is charged add up to a number that does not move while jobs run and are
    charged. While it is not known how much a lost counter lost, it is nothing.
    """
    if wanted.is_lost:
        return 0
    some = models if model == ALL_MODELS else (model,)
    whole = sum(wanted.left_s.get(one, 0) + wanted.charged_s.get(one, 0) for one in some)
    return max(0, whole - wanted.lost_s.get(model, 0))


def is_seen_lost(wanted: Wanted, account: Account | None) -> bool:
    """Whether an account's counter shows less than it must; one that is made anew shows nothing.

    Nothing is told of an account that the controller does not hold, or whose cards it counts not.
    """
    counted = 0
    if account is not None:
        if not account.is_held or ALL_MODELS not in account.counted_s:
            return False
        counted = account.counted_s[ALL_MODELS]
    return counted + SLACK_S < sum(wanted.charged_s.values()) - wanted.lost_s.get(ALL_MODELS, 0)


def behind_by(wanted: Wanted, account: Account | None) -> set[str]:
    """The device models whose own counter shows less than it must, by more than is known of.

    Jobs that name no kind of card are charged as their partition's and counted among all cards
    alone, so a limit on one kind would let it be used once more.
    """
    if account is None or not account.is_held:
        return set()
    return {
        model
        for model, charged_s in wanted.charged_s.items()
        if model in account.counted_s
        and account.counted_s[model] + SLACK_S < charged_s - wanted.lost_s.get(model, 0)
    }


def shown_by(account: Account | None) -> dict[str, int]:
    """What a counter shows of jobs that have ended. It may lag what runs: then it is too little."""
    if account is None:
        return {}
    return {
        model: seconds - account.running_s.get(model, 0)
        for model, seconds in account.counted_s.items()
    }


def lost_by(charged_s: Mapping[str, int], shown_s: Mapping[str, int]) -> dict[str, int]:
    """What of that which is charged a counter no longer shows, by model and of all together.

    Too much, and never too little, where all is charged that had ended when it was looked at.
    """
    charged = {**charged_s, ALL_MODELS: sum(charged_s.values())}
    return {model: max(0, charged[model] - shown_s.get(model, 0)) for model in charged}
