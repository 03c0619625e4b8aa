"""What is kept of counters that a cluster lost, in plain values: ``Link.counters``.

By account: ``lost``, what of that which is charged its counter no longer shows, or nothing while
that is not known; and ``look``, the look at the counter from which it is to be found. That can be
said once the cluster's accounts have been read beyond the look. What ended in between and was
charged makes it too much, so where anything was charged it is looked at again, and the least holds.
Where the counter of all cards is sound and those of some models are behind, only ``of`` these is
anything found, and jobs may begin meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from praya.core.execution.counters import behind_by, is_seen_lost, lost_by, shown_by
from praya.core.execution.limits import Account, Observed, Wanted

LATE_S = 10  # by which a cluster's accounts may tell of an end too late
LOOKS_MAX = 10  # where jobs end all the time, the least of so many is as good


def as_counted(counters: Mapping[str, Any], wanted: Iterable[Wanted]) -> list[Wanted]:
    """What is wanted of accounts, with what their counters lost."""
    return [_as_counted(one, counters.get(one.account)) for one in wanted]


def may_be_found(counters: Mapping[str, Any], read_until: int | None) -> bool:
    """Whether the accounts were read beyond a look that waits for it."""
    return any(one["look"] and _is_read(one["look"], read_until) for one in counters.values())


def counters_after(
    counters: Mapping[str, Any],
    wanted: Iterable[Wanted],
    observed: Observed,
    *,
    read_until: int | None,
) -> dict[str, Any]:
    """What is to be kept after a look at a cluster.

    What is ``wanted`` was asked after it was asked ``read_until`` when the accounts were read, and
    before the look.
    """
    found = {}
    for one in wanted:
        account = observed.accounts.get(one.account)
        if one.is_kept and account is None:
            continue
        was = counters.get(one.account)
        kept = _after(was, one, account, at=observed.read_at, read_until=read_until)
        if kept is not None:
            found[one.account] = kept
    return found


def _as_counted(one: Wanted, kept: Mapping[str, Any] | None) -> Wanted:
    if kept is None:
        return one
    if kept["lost"] is None:
        return replace(one, is_lost=True)
    return replace(one, lost_s=kept["lost"])


def _after(
    kept: Mapping[str, Any] | None,
    one: Wanted,
    account: Account | None,
    *,
    at: int,
    read_until: int | None,
) -> Mapping[str, Any] | None:
    look = {"at": at, "charged": dict(one.charged_s), "shown": shown_by(account)}
    if is_seen_lost(one, account) and (kept is None or kept["look"] is None or "of" in kept):
        return {"lost": None, "look": look, "looks": 1}
    if kept is None or kept["look"] is None:
        behind = behind_by(one, account)
        known = kept["lost"] if kept else {}
        return {"lost": known, "look": look, "looks": 1, "of": sorted(behind)} if behind else kept
    before, looks = kept["look"], kept["looks"]
    if not _is_read(before, read_until):
        return kept
    found = _found(kept, lost_by(one.charged_s, before["shown"]))
    if before["charged"] == look["charged"] or looks >= LOOKS_MAX:
        return {"lost": found, "look": None, "looks": looks + 1}
    return {**kept, "lost": found, "look": look, "looks": looks + 1}


def _found(kept: Mapping[str, Any], lost: Mapping[str, int]) -> dict[str, int]:
    """What was lost, by a look at the counter; the least of those before, from the second on."""
    of = kept.get("of")
    some = {model: lost[model] for model in (lost if of is None else of)}
    known = kept["lost"] or {}
    if kept["looks"] > 1:
        some = {model: min(seconds, known.get(model, seconds)) for model, seconds in some.items()}
    return some if of is None else {**known, **some}


def _is_read(look: Mapping[str, Any], read_until: int | None) -> bool:
    return read_until is not None and read_until >= look["at"] + LATE_S
