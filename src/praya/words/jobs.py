"""Where a job stands, in one sentence: its state, why it waits, what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.usage.rules import YIELDED, JobState
from praya.core.execution.submitting import sbatch_options
from praya.words import clock, dates

Facts = Mapping[str, Any]

STATES: dict[JobState, Promise] = {
    JobState.WAITING: gettext_lazy("Waiting"),
    JobState.STARTING: gettext_lazy("Starting"),
    JobState.RUNNING: gettext_lazy("Running"),
    JobState.COMPLETED: gettext_lazy("Completed"),
    JobState.FAILED: gettext_lazy("Failed"),
    JobState.TIMED_OUT: gettext_lazy("Timed out"),
    JobState.CANCELLED: gettext_lazy("Cancelled"),
    JobState.LOST: gettext_lazy("Lost"),
}


class JobSeen(Protocol):
    """What a sentence about a job reads of it."""

    state: str
    cards: int
    time_limit_s: int
    wait_reason: Facts
    exit_code: int | None
    signal: int | None
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked_at: datetime | None


def state_word(state: str) -> str:
    """The state in one or two words."""
    return str(STATES[JobState(state)])


def service_class(job: Any) -> str:  # noqa: ANN401 -- a Job
    """A job's class of service with its factor on the price, as ``urgent (3/2)``."""
    return f"{job.service_class} ({job.factor})" if job.factor else str(job.service_class)


def job_sentence(job: JobSeen, device_name: str = "") -> str:
    """Where the job stands, why, and what comes next."""
    return _SENTENCES[JobState(job.state)](job, device_name)


def job_reason_sentence(reason: Facts, device_name: str = "") -> str:
    """Why a job waits. ``device_name`` is how its cards are called, as H800."""
    return _WAITS[reason.get("code", "new")](reason, device_name)


def instant(at: datetime) -> str:
    """An instant in the site's zone: the hour alone if it is today."""
    local = timezone.localtime(at)
    if local.date() == timezone.localtime(clock.now()).date():
        return date_format(local, "TIME_FORMAT")
    return dates.instant_in_short(at)


def cards(count: int, device_name: str = "", *, free: bool = False) -> str:
    """``2 free H800 cards``."""
    name = f"{device_name} " if device_name else ""
    if free:
        return ngettext("%(count)s free %(name)scard", "%(count)s free %(name)scards", count) % {
            "count": count,
            "name": name,
        }
    return ngettext("%(count)s %(name)scard", "%(count)s %(name)scards", count) % {
        "count": count,
        "name": name,
    }


def _waiting(job: JobSeen, device_name: str) -> str:
    return job_reason_sentence(job.wait_reason, device_name)


def _starting(job: JobSeen, device_name: str) -> str:
    if job.cancel_asked_at is not None:
        return _("Is being stopped before it begins, as asked.")
    return _("Has its %(cards)s and is about to begin.") % {"cards": cards(job.cards, device_name)}


def _running(job: JobSeen, device_name: str) -> str:
    assert job.started_at is not None, "running since no time"
    if job.cancel_asked_at is not None and job.wait_reason.get("code") == YIELDED:
        return _("Is being stopped, since work that is paid for needs its cards.")
    if job.cancel_asked_at is not None:
        return _("Is being stopped, as asked at %(at)s.") % {"at": instant(job.cancel_asked_at)}
    until = job.started_at + timedelta(seconds=job.time_limit_s)
    return _("Runs on %(cards)s since %(since)s; reaches its time limit at %(until)s.") % {
        "cards": cards(job.cards, device_name),
        "since": instant(job.started_at),
        "until": instant(until),
    }


def _completed(job: JobSeen, _device_name: str) -> str:
    return _("Completed at %(at)s.") % {"at": _ended(job)}


def _failed(job: JobSeen, _device_name: str) -> str:
    if job.signal is not None:
        return _("Failed at %(at)s: it was ended by signal %(signal)s. Its output may say why.") % {
            "at": _ended(job),
            "signal": job.signal,
        }
    return _("Failed at %(at)s with exit code %(code)s. Its output may say why.") % {
        "at": _ended(job),
        "code": job.exit_code,
    }


def _timed_out(job: JobSeen, _device_name: str) -> str:
    return _(
        "Stopped at %(at)s, when it reached its time limit. Submit it again with a longer limit, "
        "or from where it left off."
    ) % {"at": _ended(job)}


def _cancelled(job: JobSeen, _device_name: str) -> str:
    code = job.wait_reason.get("code", "asked")
    if code == "award_ended":
        return _("Cancelled at %(at)s, since its award ended.") % {"at": _ended(job)}
    if code in {"past_line_end", "lease_ended"}:
        return _(
            "Given up at %(at)s: it could no longer run to its time limit before its award line "
            "ends. Nothing was charged."
        ) % {"at": _ended(job)}
    if code == YIELDED:
        return _(
            "Stopped at %(at)s, since work that is paid for needed its cards. It was free use and "
            "nothing was charged; submit it again to go on from where it left off."
        ) % {"at": _ended(job)}
    if job.started_at is None:
        return _("Cancelled at %(at)s before it began. Nothing was charged.") % {"at": _ended(job)}
    return _("Cancelled at %(at)s, as asked.") % {"at": _ended(job)}


def _lost(job: JobSeen, _device_name: str) -> str:
    return _(
        "Lost: the machine stopped following it, and nobody saw how it ended. It was last seen at "
        "%(at)s and charged until then. Submit it again; if that happens often, tell the operator."
    ) % {"at": _ended(job)}


def _ended(job: JobSeen) -> str:
    assert job.ended_at is not None, "over since no time"
    return instant(job.ended_at)


_SENTENCES: dict[JobState, Callable[[JobSeen, str], str]] = {
    JobState.WAITING: _waiting,
    JobState.STARTING: _starting,
    JobState.RUNNING: _running,
    JobState.COMPLETED: _completed,
    JobState.FAILED: _failed,
    JobState.TIMED_OUT: _timed_out,
    JobState.CANCELLED: _cancelled,
    JobState.LOST: _lost,
}


def _no_free_cards(facts: Facts, device_name: str) -> str:
    what = {
        "cards": cards(facts["needs"], device_name, free=True),
        "now": ngettext("%s is free now", "%s are free now", facts["free"]) % facts["free"],
    }
    if "expected_at" not in facts:
        return _("Waits for %(cards)s: %(now)s.") % what
    what["at"] = instant(datetime.fromisoformat(facts["expected_at"]))
    if "after" in facts:
        what["job"] = facts["after"]
        return (
            _(
                "Waits for %(cards)s: %(now)s; expected at %(at)s, when %(job)s reaches its time "
                "limit, or sooner."
            )
            % what
        )
    return _("Waits for %(cards)s: %(now)s; expected at %(at)s or sooner.") % what


def _behind(facts: Facts, _device_name: str) -> str:
    said = ngettext(
        "Waits behind %s job: it would fit now, but would delay one that came before it.",
        "Waits behind %s jobs: it would fit now, but would delay one that came before it.",
        facts["ahead"],
    ) % int(facts["ahead"])
    return f"{said} {_shorter(facts)}".strip()


def _set_aside_soon(facts: Facts, device_name: str) -> str:
    said = _("Waits for %(cards)s: those that are free now are leased before it would end.") % {
        "cards": cards(facts["needs"], device_name)
    }
    return f"{said} {_shorter(facts)}".strip()


def _shorter(facts: Facts) -> str:
    if "fits_until" not in facts:
        return ""
    return _("With a time limit that ends by %(at)s it could start sooner.") % {
        "at": instant(datetime.fromtimestamp(facts["fits_until"], timezone.get_default_timezone()))
    }


def _award_cap(facts: Facts, device_name: str) -> str:
    return _(
        "Waits for other jobs of its award line: they use %(in_use)s of the %(cards)s it may hold "
        "at once, and this job needs %(needs)s."
    ) % {
        "in_use": facts["in_use"],
        "cards": cards(facts["cap"], device_name),
        "needs": facts["needs"],
    }


def _larger_than_partition(facts: Facts, device_name: str) -> str:
    return _(
        "Cannot start: it needs %(needs)s, and only %(total)s are installed. Cancel it and ask for "
        "fewer cards."
    ) % {"needs": cards(facts["needs"], device_name), "total": facts["total"]}


def _larger_than_lease(facts: Facts, device_name: str) -> str:
    return _(
        "Cannot start: it needs %(needs)s, and only %(total)s of its lease have a place on the "
        "machine. Cancel it and ask for fewer cards."
    ) % {"needs": cards(facts["needs"], device_name), "total": facts["total"]}


def _out_of_service(facts: Facts, device_name: str) -> str:
    return _(
        "Waits for machines to come back into service: it needs %(needs)s, and %(in_service)s of "
        "%(total)s are in service."
    ) % {
        "needs": cards(facts["needs"], device_name),
        "in_service": facts["in_service"],
        "total": facts["total"],
    }


def _lease_not_begun(facts: Facts, _device_name: str) -> str:
    begins_at = datetime.fromtimestamp(facts["begins_at"], timezone.get_default_timezone())
    return _("Waits for its lease to begin at %(at)s.") % {"at": instant(begins_at)}


def _lease_ended(_facts: Facts, _device_name: str) -> str:
    return _("Cannot start: its lease ends before it could run to its time limit.")


def _lease_not_placed(_facts: Facts, _device_name: str) -> str:
    return _(
        "Waits for a place for its lease: more cards are leased than the machine has. The operator "
        "can tell when that changes."
    )


def _award_suspended(_facts: Facts, _device_name: str) -> str:
    return _("Waits because its award is suspended. An officer of the programme can resume it.")


def _yielding(_facts: Facts, _device_name: str) -> str:
    return _("Waits until jobs of free use have left its cards; they are being stopped for it.")


def _submitted_there(_facts: Facts, _device_name: str) -> str:
    return _(
        "Cannot start: Praya begins no jobs on its cluster any more. Cancel it, and submit it "
        "there, with sbatch, srun or salloc."
    )


def _new(_facts: Facts, _device_name: str) -> str:
    return _("Is admitted and about to be looked at.")


def line_to_submit(
    account: str, kind: str, partitions: Iterable[str] = (), *, cards: int, time_limit_s: int
) -> str:
    """What a member types on a Slurm to submit a job there.

    >>> line_to_submit("hcp-0007", "h800", ["H800"], cards=2, time_limit_s=90)
    'sbatch --account=hcp-0007 --gres=gpu:h800:2 --time=2 --partition=H800 script'
    """
    options = sbatch_options(
        account, kind, cards=cards, time_limit_s=time_limit_s, partitions=partitions
    )
    return " ".join(("sbatch", *options, "script"))


_WAITS: dict[str, Callable[[Facts, str], str]] = {
    "new": _new,
    "no_free_cards": _no_free_cards,
    "behind": _behind,
    "set_aside_soon": _set_aside_soon,
    "award_cap": _award_cap,
    "larger_than_partition": _larger_than_partition,
    "larger_than_lease": _larger_than_lease,
    "out_of_service": _out_of_service,
    "lease_not_begun": _lease_not_begun,
    "lease_ended": _lease_ended,
    "lease_not_placed": _lease_not_placed,
    "award_suspended": _award_suspended,
    "yielding": _yielding,
    "submitted_there": _submitted_there,
}
