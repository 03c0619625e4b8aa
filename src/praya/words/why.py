"""Why a figure is as it is, in words: each part of a chain, and each thing it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.awards.rules.caps import Cap
from praya.apps.billing.rules import Bucket
from praya.apps.reports.queries.why import Ground, GroundKind, Why, WhyCode
from praya.apps.reports.rules import FigureCode
from praya.core.ledger import EntryKind
from praya.core.quantity import CardTime, Money
from praya.words import quantities
from praya.words.billing import BUCKETS, cap_in_words
from praya.words.changes import AGES
from praya.words.entries import KINDS, lease_days, quantity_text
from praya.words.figures import NAMES
from praya.words.why_behind import OF_REFUSALS, closed_by, credited_before
from praya.words.why_money import OF_OUTLOOKS_AND_YEARS, bounds_of_set_off

Facts = Mapping[str, Any]

NUMBERS: dict[str, Promise] = {
    "settled": gettext_lazy("Settled"),
    "in-flight": gettext_lazy("In flight"),
    "committed": gettext_lazy("Committed"),
    "free": gettext_lazy("Free"),
}
SUMS: dict[str, Promise] = {
    "list": gettext_lazy("List price"),
    "subsidy": gettext_lazy("Subsidy"),
    "own": gettext_lazy("Own share"),
    "time": gettext_lazy("Accelerator time"),
}


def amount_text(why: Why) -> str:
    """The amount of a figure or a part with its unit."""
    return _amount(why.unit, why.amount)


def sentence(why: Why) -> str:
    """What a figure, or a part of one, is."""
    return _SENTENCES[why.code](why)


def ground_sentence(ground: Ground) -> str:
    """What something rests on."""
    return _GROUNDS[ground.kind](ground.facts)


def _amount(unit: str, amount: int) -> str:
    if unit == "cases":
        return quantities.number(amount)
    if unit == "entries":
        return ngettext("%s entry", "%s entries", amount) % quantities.number(amount)
    if unit == "days":
        return ngettext("%s day", "%s days", amount) % quantities.number(amount)
    if unit == "card-seconds":
        return quantities.card_hours(CardTime(amount, ""))
    return quantity_text(unit, amount)


def _balance(why: Why) -> str:
    facts = why.facts
    return _("%(number)s of %(award)s") % {
        "number": NUMBERS[facts["number"]],
        "award": facts["line"] or facts["award"],
    }


def _entry(why: Why) -> str:
    return _("Entry %(number)s of %(at)s: %(kind)s, %(subject)s") % {
        "number": quantities.number(why.facts["number"]),
        "at": _instant(why.facts["at"]),
        "kind": KINDS[EntryKind(why.facts["kind"])],
        "subject": why.facts["subject"],
    }


def _hold(why: Why) -> str:
    facts = why.facts
    if "cards" in facts:
        said = ngettext(
            "Held for %(hold)s: %(cards)s card for at most %(limit)s",
            "Held for %(hold)s: %(cards)s cards for at most %(limit)s",
            facts["cards"],
        )
        return said % {
            "hold": facts["hold"],
            "cards": quantities.number(facts["cards"]),
            "limit": quantities.duration(facts["time_limit_s"]),
        }
    return _("Held for %(hold)s since %(made)s, at most until %(expires)s") % {
        "hold": facts["hold"],
        "made": _instant(facts["made_at"]),
        "expires": _instant(facts["expires_at"]),
    }


def _use(why: Why) -> str:
    """How a charge was reckoned, from the seconds to the shares."""
    facts = why.facts
    currency = facts["currency"]
    text = ngettext(
        "%(what)s: %(cards)s card from %(began)s to %(ended)s is %(time)s; at %(price)s a "
        "card-hour that lists at %(list)s, of which %(rate)s, rounded down, is subsidy: "
        "%(subsidy)s; the own share is the rest, %(own)s.",
        "%(what)s: %(cards)s cards from %(began)s to %(ended)s are %(time)s; at %(price)s a "
        "card-hour that lists at %(list)s, of which %(rate)s, rounded down, is subsidy: "
        "%(subsidy)s; the own share is the rest, %(own)s.",
        facts["cards"],
    ) % {
        "what": facts["job"] or facts["line"],
        "cards": quantities.number(facts["cards"]),
        "began": _instant(facts["began_at"]),
        "ended": _instant(facts["ended_at"]),
        "time": quantities.card_hours(CardTime(facts["card_seconds"], "")),
        "price": quantities.money(Money(facts["price_minor_per_hour"], currency)),
        "list": quantities.money(Money(facts["list_minor"], currency)),
        "rate": quantities.percent(facts["rate_bp"]),
        "subsidy": quantities.money(Money(facts["subsidy_minor"], currency)),
        "own": quantities.money(Money(facts["own_minor"], currency)),
    }
    if not facts["carried_minor"]:
        return text
    carried = _("Rounding of the lease's days before is in it: %(carried)s.") % {
        "carried": quantities.money(Money(facts["carried_minor"], currency))
    }
    return f"{text} {carried}"


def _statement(why: Why) -> str:
    return _("%(sum)s on the statement of %(month)s, %(award)s") % {
        "sum": SUMS[why.facts["sum"]],
        "month": quantities.month(why.facts["month"]),
        "award": why.facts["award"],
    }


def _share(why: Why) -> str:
    rate = quantities.percent(why.facts["rate_bp"])
    if why.code is WhyCode.SUBSIDY:
        return _("Subsidy: %(rate)s of the list price, rounded down") % {"rate": rate}
    return _("Own share: what the subsidy of %(rate)s leaves") % {"rate": rate}


def _figure(why: Why) -> str:
    return _("%(figure)s from %(first)s to %(last)s, as taken %(at)s") % {
        "figure": NAMES[FigureCode(why.facts["figure"])],
        "first": _day(why.facts["first_on"]),
        "last": _day(why.facts["last_on"]),
        "at": _instant(why.facts["taken_at"]),
    }


def _median(why: Why) -> str:
    return _("Decision %(number)s of %(count)s, from the quickest to the slowest: the middle") % {
        "number": quantities.number(why.facts["number"]),
        "count": quantities.number(why.facts["count"]),
    }


def _decided(why: Why) -> str:
    facts = why.facts
    days = _amount("days", facts["days"])
    if not facts["application"]:
        return _("Decisions that took %s") % days
    return _("%(application)s: %(days)s, submitted %(submitted)s, told %(released)s") % {
        "application": facts["application"],
        "days": days,
        "submitted": _day(facts["submitted_on"]),
        "released": _day(facts["released_on"]),
    }


def _ceiling(why: Why) -> str:
    return _("Left under a ceiling on subsidy, for %(application)s: %(ceiling)s") % {
        "application": why.facts["application"],
        "ceiling": cap_in_words(Cap(why.facts["cap"]), why.facts["years"]),
    }


def _aged(why: Why) -> str:
    age = why.facts["age"]
    if why.facts["of"] == "debts":
        return _("Owed on debts: %s old") % AGES[age]
    return _("Open on invoices by days since they were due: %s") % BUCKETS[Bucket(age)]


def _overrun(why: Why) -> str:
    if why.amount > 0:
        return _("Used beyond the grant before, and paid by what became free")
    return _("Used beyond the grant; it stands in the overrun")


def _rest(why: Why) -> str:
    count = why.facts["count"]
    return ngettext("%s more on other pages", "%s more on other pages", count) % quantities.number(
        count
    )


_SENTENCES: dict[WhyCode, Callable[[Why], str]] = {
    WhyCode.BALANCE: _balance,
    WhyCode.ENTRY: _entry,
    WhyCode.ACCOUNT: lambda why: _("Account %s") % why.facts["account"],
    WhyCode.HOLD: _hold,
    WhyCode.USE: _use,
    WhyCode.OVERRUN: _overrun,
    WhyCode.STATEMENT: _statement,
    WhyCode.CHARGE: _use,
    WhyCode.SUBSIDY: _share,
    WhyCode.OWN: _share,
    WhyCode.FIGURE: _figure,
    WhyCode.MEDIAN: _median,
    WhyCode.DECIDED: _decided,
    WhyCode.CEILING: _ceiling,
    WhyCode.AT_MOST: lambda _why: _("The ceiling"),
    WhyCode.GRANTED: lambda why: _("Promised to %s") % why.facts["award"],
    WhyCode.HELD: lambda why: (
        ngettext(
            "Decided on %s other case and not released yet",
            "Decided on %s other cases and not released yet",
            why.facts["count"],
        )
        % quantities.number(why.facts["count"])
    ),
    WhyCode.AGED: _aged,
    WhyCode.INVOICE: lambda why: (
        _("Invoice %(invoice)s, due on %(day)s")
        % {"invoice": why.facts["invoice"], "day": _day(why.facts["due_on"])}
    ),
    WhyCode.DEBT: lambda why: (
        _("Debt of %(award)s, due on %(day)s")
        % {"award": why.facts["award"], "day": _day(why.facts["due_on"])}
    ),
    WhyCode.AWARD: lambda why: str(why.facts["name"]),
    WhyCode.CALL: lambda why: _("Call %s") % why.facts["name"],
    WhyCode.MONTH: lambda why: quantities.month(why.facts["name"]),
    WhyCode.DEVICE: lambda why: str(why.facts["name"]),
    WhyCode.TIME: lambda why: (
        _("Cards held for %(award)s from %(first_on)s to %(last_on)s")
        % {
            "award": why.facts["line"] or why.facts["award"],
            "first_on": _day(why.facts["first_on"]),
            "last_on": _day(why.facts["last_on"]),
        }
    ),
    WhyCode.DAY: lambda why: (
        _("%(line)s on %(day)s") % {"line": why.facts["line"], "day": _day(why.facts["day"])}
    ),
    WhyCode.SPENT: lambda why: (
        _("Subsidy of the use of %(award)s from %(first_on)s to %(last_on)s")
        % {
            "award": why.facts["line"] or why.facts["award"],
            "first_on": _day(why.facts["first_on"]),
            "last_on": _day(why.facts["last_on"]),
        }
    ),
    **OF_OUTLOOKS_AND_YEARS,
    **OF_REFUSALS,
    WhyCode.SINCE: lambda _why: _("Moved since, given back, or not told apart"),
    WhyCode.REST: _rest,
}


def _usage(facts: Facts) -> str:
    return _("Usage record %(key)s, received %(at)s") % {
        "key": facts["usage"],
        "at": _instant(facts["received_at"]),
    }


def _price(facts: Facts) -> str:
    listed = _("Price list: %(price)s a card-hour of %(device)s since %(day)s") % {
        "price": quantities.money(Money(facts["price_minor_per_hour"], facts["currency"])),
        "device": facts["device_model"],
        "day": _day(facts["valid_from"]),
    }
    if "passed_on_by" in facts:
        listed += _(", passed on from the rules, version %s") % facts["passed_on_by"]
    if "factor" not in facts:
        return listed
    ordinary = Money(facts["ordinary_minor_per_hour"], facts["currency"])
    factor = _("in the class of service %(class)s, %(factor)s of %(price)s") % {
        "class": facts["service_class"],
        "factor": facts["factor"],
        "price": quantities.money(ordinary),
    }
    return f"{listed}, {factor}"


def _rate(facts: Facts) -> str:
    return _("Exchanged at the rate %(rate)s since %(day)s: %(evidence)s") % {
        "rate": facts["rate"],
        "day": _day(date.fromisoformat(facts["valid_from"])),
        "evidence": facts["evidence"],
    }


def _rules(facts: Facts) -> str:
    return str(_("Rules, version %s") % facts["number"])


_GROUNDS: dict[GroundKind, Callable[[Facts], str]] = {
    GroundKind.JOB: lambda facts: _("Job %s") % facts["job"],
    GroundKind.USAGE: _usage,
    GroundKind.ENTRY: lambda facts: (
        _("Entry %(number)s: %(kind)s")
        % {
            "number": quantities.number(facts["number"]),
            "kind": KINDS[EntryKind(facts["kind"])],
        }
    ),
    GroundKind.PRICE: _price,
    GroundKind.RULES: _rules,
    GroundKind.AGREEMENT: lambda facts: _("Agreement, version %s") % facts["number"],
    GroundKind.DECISION: lambda facts: _("Decision on %s") % facts["application"],
    GroundKind.FUNDING: lambda facts: _("Funding request %s") % facts["request"],
    GroundKind.CHANGE: lambda facts: _("Change %s of the award") % facts["change"],
    GroundKind.RATE: _rate,
    GroundKind.REVERSAL: lambda facts: _("Reverses entry %s") % quantities.number(facts["number"]),
    GroundKind.LEASE: lease_days,
    GroundKind.REASON: lambda facts: str(facts["reason"]),
    GroundKind.BOUNDS: bounds_of_set_off,
    GroundKind.CLOSED: closed_by,
    GroundKind.CREDITED_BEFORE: credited_before,
    GroundKind.BEYOND: lambda facts: (
        _("Used beyond the grant as well: %s. Statements charge both together.")
        % quantity_text(facts["commodity"], facts["amount"])
    ),
}


def _instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _day(on: date) -> str:
    return date_format(on, "DATE_FORMAT")
