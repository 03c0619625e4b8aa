"""Why a figure is as it is, in words: each part of a chain, and each thing it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.reports.queries.why import Ground, GroundKind, Why, WhyCode
from praya.apps.reports.rules import FigureCode
from praya.core.ledger import EntryKind
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal
from praya.words import quantities
from praya.words.entries import KINDS, quantity_text
from praya.words.figures import NAMES

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


@dataclass(frozen=True, slots=True)
class Question:
    """The figure that a refusal rests on: one of the four numbers of an award or its line."""

    award: str
    number: str
    line: str = ""
    commodity: str = ""


def question_behind(refusal: Refusal) -> Question | None:
    """Which figure to ask about after a refusal; none where it rests on no balance."""
    line = refusal.facts.get("line")
    award = refusal.facts.get("award")
    if isinstance(line, str) and "." in line:
        commodity = str(refusal.facts.get("commodity", ""))
        number = "free" if commodity else "committed"
        return Question(line.rpartition(".")[0], number, line, commodity)
    return Question(award, "committed") if isinstance(award, str) else None


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
        return _("Held for %(hold)s: %(cards)s cards for at most %(limit)s") % {
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
    text = _(
        "%(what)s: %(cards)s cards from %(began)s to %(ended)s are %(time)s; at %(price)s a "
        "card-hour that lists at %(list)s, of which %(rate)s, rounded down, is subsidy: "
        "%(subsidy)s; the own share is the rest, %(own)s."
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


def _rest(why: Why) -> str:
    count = why.facts["count"]
    return ngettext("%s more on other pages", "%s more on other pages", count) % quantities.number(
        count
    )


_SENTENCES: dict[WhyCode, Callable[[Why], str]] = {
    WhyCode.BALANCE: _balance,
    WhyCode.ENTRY: _entry,
    WhyCode.HOLD: _hold,
    WhyCode.USE: _use,
    WhyCode.OVERRUN: lambda _why: _("Used beyond the grant; it stands in the overrun"),
    WhyCode.STATEMENT: _statement,
    WhyCode.CHARGE: _use,
    WhyCode.SUBSIDY: _share,
    WhyCode.OWN: _share,
    WhyCode.FIGURE: _figure,
    WhyCode.AWARD: lambda why: str(why.facts["name"]),
    WhyCode.CALL: lambda why: _("Call %s") % why.facts["name"],
    WhyCode.MONTH: lambda why: quantities.month(why.facts["name"]),
    WhyCode.DEVICE: lambda why: str(why.facts["name"]),
    WhyCode.SINCE: lambda _why: _("Moved since, given back, or not told apart"),
    WhyCode.REST: _rest,
}


def _usage(facts: Facts) -> str:
    return _("Usage record %(key)s, received %(at)s") % {
        "key": facts["usage"],
        "at": _instant(facts["received_at"]),
    }


def _price(facts: Facts) -> str:
    return _("Price list: %(price)s a card-hour of %(device)s since %(day)s") % {
        "price": quantities.money(Money(facts["price_minor_per_hour"], facts["currency"])),
        "device": facts["device_model"],
        "day": _day(facts["valid_from"]),
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
    GroundKind.REVERSAL: lambda facts: _("Reverses entry %s") % quantities.number(facts["number"]),
    GroundKind.LEASE: lambda facts: _("Lease from %(first_on)s to %(last_on)s") % facts,
    GroundKind.REASON: lambda facts: str(facts["reason"]),
}


def _instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _day(on: date) -> str:
    return date_format(on, "DATE_FORMAT")
