"""Refusals about running jobs."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.core.quantity import CardTime
from praya.core.refusal import Refusal
from praya.words.dates import day
from praya.words.devices import device_names, device_with_code
from praya.words.entries import quantity_text
from praya.words.jobs import cards, instant, line_to_submit
from praya.words.quantities import card_hours_of, duration
from praya.words.series import listed


def _award_not_active(refusal: Refusal) -> str:
    reasons = {
        "offered": _("it has been offered and not accepted yet; its lead can accept it"),
        "waiting": _(
            "it is signed, and waits for conditions that must hold before; its page names them"
        ),
        "declined": _("it was declined"),
        "lapsed": _("it was not accepted in time"),
        "suspended": _("it is suspended; an officer of the programme can resume it"),
        "ended": _("it has ended"),
        "active": _("it runs from %(first)s to %(last)s")
        % {"first": day(refusal.first_on), "last": day(refusal.last_on)},
    }
    return _("No job can run under %(award)s: %(reason)s.") % {
        "award": refusal.award,
        "reason": reasons[refusal.state],
    }


def _not_a_member(refusal: Refusal) -> str:
    return _("Only members of %(award)s run jobs under it. Its lead, %(lead)s, can add you.") % {
        "award": refusal.award,
        "lead": refusal.lead,
    }


def _command(refusal: Refusal) -> str:
    return {
        "empty": _("There is nothing to run. Give a command line or a script."),
        "nul": _("The command holds a NUL character, which no program can be given. Remove it."),
        "too-long": _(
            "The command is longer than a system takes. Put what it says into a script file in "
            "the job's directory."
        ),
        "environment": _("The name of an environment variable is empty or holds “=”. Mend it."),
    }[refusal.reason]


def _line_unclear(refusal: Refusal) -> str:
    names = device_names()
    lines = listed(
        _("%(number)s (%(device)s)") % {"number": number, "device": names.get(device, device)}
        for number, device in refusal.lines
    )
    return _("Say which line of %(award)s the job is for. It has: %(lines)s.") % {
        "award": refusal.award,
        "lines": lines,
    }


def _line_not_begun(refusal: Refusal) -> str:
    return _("The line %(line)s begins on %(day)s. Submit the job then.") % {
        "line": refusal.line,
        "day": day(refusal.first_on),
    }


def _too_many_cards(refusal: Refusal) -> str:
    return ngettext(
        "The line %(line)s allows %(most)s card at once, and %(cards)s were asked for.",
        "The line %(line)s allows 1 to %(most)s cards at once, and %(cards)s were asked for.",
        refusal.most,
    ) % {"line": refusal.line, "most": refusal.most, "cards": refusal.cards}


def _time_limit(refusal: Refusal) -> str:
    return _("A time limit is between one second and %(most)s; %(asked)s was asked for.") % {
        "most": duration(refusal.most_s),
        "asked": duration(refusal.time_limit_s),
    }


def _past_award_end(refusal: Refusal) -> str:
    return _(
        "Run to its time limit, the job would end at %(at)s, and the line %(line)s ends with "
        "%(day)s. Ask for a shorter time limit, or ask the lead for an extension of the award."
    ) % {"at": instant(refusal.would_end_at), "line": refusal.line, "day": day(refusal.last_on)}


def _no_partition(refusal: Refusal) -> str:
    if refusal.most == 0:
        return _(
            "No machine with %(device)s is in service now. The operator can tell when one will be."
        ) % {"device": device_with_code(refusal.device_model)}
    return _(
        "The job needs %(cards)s of %(device)s on one partition, and the largest has %(most)s in "
        "service. Ask for fewer, or ask the operator when there will be more."
    ) % {
        "cards": cards(refusal.cards),
        "device": device_with_code(refusal.device_model),
        "most": refusal.most,
    }


def _submitted_there(refusal: Refusal) -> str:
    place = refusal.places[0]
    line = line_to_submit(
        place["account"],
        place["kind"],
        place["partitions"],
        cards=refusal.cards,
        time_limit_s=refusal.time_limit_s,
    )
    return _(
        "Jobs on %(cluster)s are submitted there, with sbatch, srun or salloc: %(line)s. One that "
        "Praya began would run as Praya's own user, who may change limits there, so Praya begins "
        "none. The operator of the site can allow it."
    ) % {"cluster": place["cluster"], "line": line}


def _class_unknown(refusal: Refusal) -> str:
    if not refusal.known:
        return _(
            "The price list has no classes of service for the line %(line)s. Submit the job "
            "without one."
        ) % {"line": refusal.line}
    return _(
        "The price list has no class of service “%(class)s” for the line %(line)s. It has: "
        "%(known)s. Name one of them, or none."
    ) % {"class": refusal.service_class, "line": refusal.line, "known": listed(refusal.known)}


def _class_elsewhere(refusal: Refusal) -> str:
    own = refusal.own or _("the ordinary class")
    texts = {
        "lease": _(
            "The line %(line)s is a lease: its cards are paid by the day, in %(own)s. Submit the "
            "job without naming another class of service."
        ),
        "cluster": _(
            "Cards of the line %(line)s stand on a cluster that holds each award in one class of "
            "service; this one is in %(own)s. Submit the job without naming another."
        ),
        "paid-ahead": _(
            "The own share of the line %(line)s is paid before use, in %(own)s. Submit the job "
            "without naming another class of service."
        ),
    }
    return texts[refusal.why] % {"line": refusal.line, "own": own}


def _key_reused(refusal: Refusal) -> str:
    return _(
        "This was submitted before, as %(job)s, and something in it has changed since. Open the "
        "form anew to submit another job."
    ) % {"job": refusal.job}


def _book_exhausted(refusal: Refusal) -> str:
    """Which budget, the sum, the holds in it, and who can help."""
    amounts = {
        name: quantity_text(refusal.commodity, getattr(refusal, name))
        for name in ("asked", "free", "settled", "in_flight", "committed")
    }
    said = [
        _(
            "The award line %(line)s cannot hold %(asked)s. Of the %(committed)s committed to it, "
            "free: %(free)s; settled: %(settled)s; in flight: %(in_flight)s."
        )
        % {"line": refusal.line, **amounts}
    ]
    if refusal.holds:
        said.append(_holds(refusal))
    if "lead" in refusal.facts:
        said.append(_who_can_help(refusal))
    return " ".join(said)


def _free_use_over(refusal: Refusal) -> str:
    """How much there may be, how much is left, and who can help."""
    names = device_names()

    def hours(seconds: int) -> str:
        return card_hours_of(CardTime(seconds, refusal.device_model), names)

    said = (
        _(
            "The award line %(line)s cannot hold the job. As free use it could run, and asks for "
            "%(asked)s; of the %(most)s that may be used so in a month, %(used)s is used or "
            "promised to jobs."
        )
        if refusal.stop == "month"
        else _(
            "The award line %(line)s cannot hold the job. As free use it could run, and asks for "
            "%(asked)s; of the %(most)s that may be used so in all, %(used)s is used or promised "
            "to jobs."
        )
    ) % {
        "line": refusal.line,
        "asked": hours(refusal.asked),
        "most": hours(refusal.most),
        "used": hours(refusal.used),
    }
    return f"{said} {_who_can_help(refusal)}" if "lead" in refusal.facts else said


def _holds(refusal: Refusal) -> str:
    shown = listed(
        _("%(job)s (%(amount)s)") % {"job": key, "amount": quantity_text(refusal.commodity, amount)}
        for key, amount, _expires_at in refusal.holds
    )
    more = refusal.hold_count - len(refusal.holds)
    if more:
        return ngettext(
            "The largest holds are those of %(shown)s, beside %(more)s other; what they do not use "
            "comes back.",
            "The largest holds are those of %(shown)s, beside %(more)s others; what they do not "
            "use comes back.",
            more,
        ) % {"shown": shown, "more": more}
    return _("It is held by %(shown)s; what is not used comes back.") % {"shown": shown}


def _who_can_help(refusal: Refusal) -> str:
    officers = listed(refusal.officers)
    if not officers:
        return _(
            "Ask for fewer cards or a shorter time; %(lead)s, the lead of %(award)s, can cancel "
            "jobs to free what they hold."
        ) % {"lead": refusal.lead, "award": refusal.award}
    return _(
        "Ask for fewer cards or a shorter time; %(lead)s, the lead of %(award)s, can cancel jobs "
        "to free what they hold, and the officers of the programme can say what else is possible: "
        "%(officers)s."
    ) % {"lead": refusal.lead, "award": refusal.award, "officers": officers}


def _no_line(refusal: Refusal) -> str:
    return _(
        "The award %(award)s has no line in card-hours of %(device_model)s, so there is nothing "
        "to charge such use to."
    ) % {
        "award": refusal.award,
        "device_model": device_with_code(refusal.device_model),
    }


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "usage.no_line": _no_line,
    "book.exhausted": _book_exhausted,
    "job.award_not_active": _award_not_active,
    "job.not_a_member": _not_a_member,
    "job.command": _command,
    "job.line_unclear": _line_unclear,
    "job.line_not_begun": _line_not_begun,
    "job.too_many_cards": _too_many_cards,
    "job.time_limit": _time_limit,
    "job.past_award_end": _past_award_end,
    "job.no_partition": _no_partition,
    "job.submitted_there": _submitted_there,
    "job.class_unknown": _class_unknown,
    "job.class_elsewhere": _class_elsewhere,
    "job.key_reused": _key_reused,
    "job.free_use_over": _free_use_over,
}
