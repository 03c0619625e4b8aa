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
from praya.core.execution.accounting import RunEnd
from praya.core.execution.waiting import Holds
from praya.core.quantity import CardTime
from praya.words import quantities
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
    if job.state == WAITING:
        return _waiting(job, devices)
    if job.state == RUNNING:
        return _running(job, devices)
    if job.state == NOT_CHARGED:
        return _not_charged(job)
    assert job.ended_at is not None, job
    return _("%(state)s at %(at)s; %(used)s were charged.") % {
        "state": there_word(job.state),
        "at": instant(job.ended_at),
        "used": quantities.card_hours_of(CardTime(job.card_seconds, job.device_model), devices),
    }


def _running(job: JobThere, devices: Mapping[str, str]) -> str:
    assert job.began_at is not None, job
    what = {"cards": _cards(job, devices), "since": instant(job.began_at)}
    if not job.time_limit_s:
        return _("Runs on %(cards)s since %(since)s.") % what
    what["until"] = instant(job.began_at + timedelta(seconds=job.time_limit_s))
    return _("Runs on %(cards)s since %(since)s; reaches its time limit at %(until)s.") % what


def _not_charged(job: JobThere) -> str:
    if job.is_refund:
        return _(
            "The programme's rules give it back, so nothing was charged and the award may use as "
            "much again. If it is not in the queue any more, submit it again."
        )
    return _(
        "It ended and could not be charged (%(code)s). That is tried again for thirty days; the "
        "operator can tell what is in the way."
    ) % {"code": job.why_not}


def _waiting(job: JobThere, devices: Mapping[str, str]) -> str:
    told = _TOLD.get(job.holds)
    parts = [str(WAITS[job.holds]) if told is None else told(job, devices)]
    if job.expected_at is not None:
        parts.append(_("The cluster expects to begin it at %s.") % instant(job.expected_at))
    if job.reason:
        parts.append(_("(It says: %s.)") % job.reason)
    return " ".join(parts)


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
    if needs_s <= free_s:
        return (
            _(
                "Up to its time limit it may use %(needs)s, and %(award)s has %(free)s free: it "
                "fits, and begins as soon as the cluster has heard of that, within some seconds."
            )
            % what
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
    if job.cards > most:
        return (
            _(
                "It asks for %(cards)s, and %(award)s may hold %(most)s at once. Cancel it and ask "
                "for fewer, or ask the officers for more cards at once."
            )
            % what
        )
    return (
        _(
            "%(award)s holds %(held)s of the %(most)s cards it may hold at once, and this job asks "
            "for %(cards)s. It begins when enough of the award's jobs have ended."
        )
        % what
    )


def _closed(job: JobThere, _devices: Mapping[str, str]) -> str:
    if job.standing is not None and not job.standing.is_in_force:
        return _("%s has no line for these cards in force today, so nothing begins under it.") % (
            job.award
        )
    return _(
        "%s, or its member, may not begin jobs now, as when an award is suspended; the award's "
        "page says why. An officer of the programme can resume it."
    ) % (job.award)


def _cards(job: JobThere, devices: Mapping[str, str]) -> str:
    return cards(job.cards, devices.get(job.device_model, job.device_model))


_TOLD: dict[Holds, Callable[[JobThere, Mapping[str, str]], str]] = {
    Holds.TURN: _turn,
    Holds.CARDS: _free_cards,
    Holds.ALLOWANCE: _allowance,
    Holds.CARDS_AT_ONCE: _cards_at_once,
    Holds.CLOSED: _closed,
}
