"""Jobs that came in on clusters themselves: where each stands, in one sentence.

A job that waits is told with what holds it there, the award's numbers and its place in the queue,
and what would change that; then when the cluster expects to begin it, and the cluster's own word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.enforcement.rules import NOT_CHARGED, RUNNING, WAITING, JobThere
from praya.apps.usage.rules import RUNAWAY, TAKEN_BACK
from praya.core.execution.accounting import RunEnd
from praya.core.execution.waiting import Holds
from praya.core.quantity import CardTime
from praya.words import quantities
from praya.words.aside import aside_words
from praya.words.enforcement import WAITS
from praya.words.jobs import cards, instant

STATES: dict[str, Promise] = {
    WAITING: gettext_lazy("Waiting"),
    RUNNING: gettext_lazy("Running"),
    RunEnd.COMPLETED.value: gettext_lazy("Completed"),
    RunEnd.FAILED.value: gettext_lazy("Failed"),
    RunEnd.OUT_OF_MEMORY.value: gettext_lazy("Out of memory"),
    RunEnd.TIMED_OUT.value: gettext_lazy("Timed out"),
    RunEnd.CANCELLED.value: gettext_lazy("Cancelled"),
    RunEnd.CANCELLED_BY_ANOTHER.value: gettext_lazy("Cancelled by another"),
    RunEnd.PREEMPTED.value: gettext_lazy("Preempted"),
    RunEnd.REQUEUED.value: gettext_lazy("Requeued"),
    RunEnd.NODE_FAILED.value: gettext_lazy("Its node failed"),
    RunEnd.NOT_LAUNCHED.value: gettext_lazy("Not launched"),
    RunEnd.UNKNOWN.value: gettext_lazy("Ended"),
    NOT_CHARGED: gettext_lazy("Not charged"),
}
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def there_word(state: str) -> str:
    """The state in one or two words."""
    return str(STATES[state])


def there_sentence(job: JobThere, devices: Mapping[str, str] = _NO_NAMES) -> str:
    """Where a job stands, why, and what would change that. ``devices`` are names by code."""
    if job.state in {WAITING, RUNNING}:
        told = _waiting(job, devices) if job.state == WAITING else _running(job, devices)
        return f"{told} {_stale(job)}" if job.silent_since else told
    if job.state == NOT_CHARGED:
        return _not_charged(job)
    assert job.ended_at is not None, job
    return _("%(state)s at %(at)s; %(used)s were charged.") % {
        "state": there_word(job.state),
        "at": instant(job.ended_at),
        "used": quantities.card_hours_of(CardTime(job.card_seconds, job.device_model), devices),
    }


def _stale(job: JobThere) -> str:
    assert job.silent_since is not None, job
    assert job.seen_at is not None, job
    return _(
        "So it stood at %(at)s: the cluster has not told of its jobs since %(since)s, and is asked "
        "again all the time."
    ) % {"at": instant(job.seen_at), "since": instant(job.silent_since)}


def _running(job: JobThere, devices: Mapping[str, str]) -> str:
    assert job.began_at is not None, job
    what = {"cards": _cards(job, devices), "since": instant(job.began_at)}
    if not job.time_limit_s:
        return _("Runs on %(cards)s since %(since)s.") % what
    what["until"] = instant(job.began_at + timedelta(seconds=job.time_limit_s))
    told = _("Runs on %(cards)s since %(since)s; reaches its time limit at %(until)s.") % what
    return f"{told} {_unheld(job)}" if job.unheld_s else told


def _unheld(job: JobThere) -> str:
    return _(
        "Of what it may come to, %(time)s are not in flight: the award has not as much left to be "
        "held. All that it uses is charged at its end, and what is beyond the grant stands as "
        "overrun."
    ) % {"time": quantities.card_hours(CardTime(job.unheld_s, job.device_model))}


def _not_charged(job: JobThere) -> str:
    if job.why_not == TAKEN_BACK:
        return _(
            "It was charged, and two people of finance took the charge back: what it had used is "
            "free again."
        )
    if job.why_not == RUNAWAY:
        return _(
            "The cluster lost its end: its accounts have it as running, and its controller knows "
            "nothing of it. What was held for it is free again, and nothing is charged until the "
            "accounts tell an end. The operator mends them (sacctmgr show runawayjobs)."
        )
    if job.is_refund:
        return _(
            "The programme's rules give it back, so nothing was charged and the award may use as "
            "much again. If it is not in the queue any more, submit it again."
        )
    return _(
        "It ended and could not be charged: %(why)s. That is tried again for thirty days; the "
        "operator can mend what is in the way."
    ) % {"why": aside_words(job.why_not)}


def _waiting(job: JobThere, devices: Mapping[str, str]) -> str:
    told = _of_others if job.whose == "account" else _TOLD.get(job.holds)
    parts = [str(WAITS[job.holds]) if told is None else told(job, devices)]
    if job.cards_asked is not None:
        parts.append(_whole_nodes(job, devices))
    if job.expected_at is not None:
        parts.append(_("The cluster expects to begin it at %s.") % instant(job.expected_at))
    if job.reason:
        parts.append(_("(It says: %s.)") % job.reason)
    return " ".join(parts)


def _whole_nodes(job: JobThere, devices: Mapping[str, str]) -> str:
    return _(
        "It shares its machines with nobody, so it takes and is charged for all their cards, "
        "%(cards)s, though it asks for %(asked)s. Without --exclusive, in a partition that gives "
        "machines in parts, it would take no more than it asks for."
    ) % {"cards": _cards(job, devices), "asked": quantities.number(job.cards_asked or 0)}


def _turn(job: JobThere, _devices: Mapping[str, str]) -> str:
    if not job.ahead:
        return str(WAITS[Holds.TURN])
    return ngettext(
        "Waits behind %s job of higher priority in its partition; a shorter time limit or fewer "
        "cards may let it in before.",
        "Waits behind %s jobs of higher priority in its partition; a shorter time limit or fewer "
        "cards may let it in before.",
        job.ahead,
    ) % quantities.number(job.ahead)


def _free_cards(job: JobThere, devices: Mapping[str, str]) -> str:
    return _(
        "Waits for %(cards)s at once: so many are not free now. It begins when jobs before it end; "
        "one that asks for fewer cards or less time may begin sooner."
    ) % {"cards": _cards(job, devices)}


def _allowance(job: JobThere, devices: Mapping[str, str]) -> str:
    if job.standing is None or not job.standing.is_in_force or job.whose != "award":
        return str(WAITS[Holds.ALLOWANCE])
    free_s, needs_s = job.standing.free_s, job.cards * job.time_limit_s
    what = {
        "cards": _cards(job, devices),
        "limit": quantities.duration(job.time_limit_s),
        "needs": quantities.card_hours(CardTime(needs_s, job.device_model)),
        "award": job.award,
        "free": quantities.card_hours(CardTime(free_s, job.device_model)),
        "fits": quantities.duration(free_s // max(1, job.cards) // 60 * 60),
    }
    if needs_s <= free_s and job.standing.hindered_at:
        return _hindered(job)
    if needs_s <= free_s:
        return (
            _(
                "Up to its time limit it may use %(needs)s, and %(award)s has %(free)s free: it "
                "fits, and begins as soon as the cluster has heard of that, within some seconds."
            )
            % what
            + f" {_if_it_waits_on()}"
        )
    if free_s < job.cards * 60:
        return (
            _(
                "%(award)s has %(free)s left that are not used or held for running jobs, so it "
                "cannot begin. It does when a running job ends early enough, or with a supplement."
            )
            % what
        )
    return (
        _(
            "%(cards)s for %(limit)s may use %(needs)s, and %(award)s has only %(free)s free. With "
            "a time limit of at most %(fits)s, or fewer cards, or a supplement, it could begin."
        )
        % what
    )


def _cards_at_once(job: JobThere, devices: Mapping[str, str]) -> str:
    if job.standing is None or job.whose != "award" or not job.standing.cards_most:
        return str(WAITS[Holds.CARDS_AT_ONCE])
    most, held = job.standing.cards_most, job.standing.cards_held
    what = {
        "award": job.award,
        "held": quantities.number(held),
        "most": quantities.number(most),
        "cards": _cards(job, devices),
    }
    if held + job.cards <= most:
        if job.standing.hindered_at:
            return _hindered(job)
        fits = _("%(award)s holds %(held)s of the %(most)s cards it may hold at once: it fits.")
        return f"{fits % what} {_if_it_waits_on()}"
    if job.cards > most:
        return (
            _(
                "It needs %(cards)s, and %(award)s may hold %(most)s at once. Cancel it and ask "
                "for fewer, or ask the officers for more cards at once."
            )
            % what
        )
    return (
        _(
            "%(award)s holds %(held)s of the %(most)s cards it may hold at once, and this job "
            "needs %(cards)s. It begins when enough of the award's jobs have ended."
        )
        % what
    )


def _too_long(job: JobThere, _devices: Mapping[str, str]) -> str:
    what = {"limit": quantities.duration(job.time_limit_s), "award": job.award}
    if job.whose != "award" or job.standing is None or job.standing.ends_at is None:
        told = (
            _(
                "Its time limit is %(limit)s, and its partition allows less. Ask for less time, or "
                "for a partition that allows as much."
            )
            if job.whose == "partition"
            else _(
                "Its time limit is %(limit)s, and its class of service or its account allows less. "
                "Ask for less time."
            )
        )
        return told % what
    if job.standing.hindered_at:
        return _hindered(job)
    what["ends"] = instant(job.standing.ends_at)
    return (
        _(
            "Its time limit is %(limit)s, and %(award)s ends at %(ends)s: nothing begins that "
            "could run past it. Ask for a shorter time limit, or ask for an extension."
        )
        % what
    )


def _closed(job: JobThere, _devices: Mapping[str, str]) -> str:
    if job.standing is not None and not job.standing.is_in_force:
        return _("%s has no line for these cards in force today, so nothing begins under it.") % (
            job.award
        )
    if job.standing is not None and job.standing.is_active:
        return _hindered(job)
    return _(
        "%s, or its member, may not begin jobs now, as when an award is suspended; the award's "
        "page says why. An officer of the programme can resume it."
    ) % (job.award)


def _hindered(job: JobThere) -> str:
    """What is told where the book would let a job begin, so that not its award's limit holds it."""
    assert job.standing is not None, job
    what = {"award": job.award, "account": job.standing.hindered_at}
    if job.standing.hindered_at:
        return (
            _(
                "%(award)s could have it, but on the cluster somebody set less for the account "
                "%(account)s, and not Praya. The operators see on the cluster's page who did, and "
                "decide whether it stays."
            )
            % what
        )
    return (
        _(
            "%(award)s could have it, so somebody set less on the cluster: for its account, its "
            "member or an account above. In accounts of Praya's that is mended within some "
            "minutes, unless the operators leave it; if the job waits on, they can tell why."
        )
        % what
    )


def _if_it_waits_on() -> str:
    return _(
        "If it waits on for some minutes, somebody set less on the cluster, for its member or for "
        "an account above; the operators see on the cluster's page what stands there."
    )


def _of_others(_job: JobThere, _devices: Mapping[str, str]) -> str:
    return _(
        "It would pass a limit that stands on its account, or on one above it, on the cluster. "
        "Praya sets none of that kind, so the award's numbers do not change it. The operator of "
        "the cluster knows what it is for, and can lift it."
    )


def _cards(job: JobThere, devices: Mapping[str, str]) -> str:
    return cards(job.cards, devices.get(job.device_model, job.device_model))


_TOLD: dict[Holds, Callable[[JobThere, Mapping[str, str]], str]] = {
    Holds.TURN: _turn,
    Holds.CARDS: _free_cards,
    Holds.ALLOWANCE: _allowance,
    Holds.CARDS_AT_ONCE: _cards_at_once,
    Holds.TOO_LONG: _too_long,
    Holds.CLOSED: _closed,
}
