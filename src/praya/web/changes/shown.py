"""A wish and a plan as names and values that pages and lists show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.changes.queries import Preview, RevivalPreview
from praya.apps.changes.rules import Wish
from praya.core.ledger import Posting
from praya.core.quantity import CardTime, Money
from praya.web.reports.why_behind import sentence_with_why
from praya.words.changes import CAUSES, FORMULAS
from praya.words.entries import quantity_of, quantity_text
from praya.words.quantities import number, percent
from praya.words.series import listed

Fact = tuple[str, object]


def wish_facts(wish: Wish, devices: Mapping[str, str], currency: str) -> list[Fact]:
    """What was asked for, the fields that were filled in."""
    return list(_wish_facts(wish, devices, currency))


def wish_in_short(wish: Wish, devices: Mapping[str, str], currency: str) -> str:
    """What was asked for, on one line."""

    def word(value: object) -> str:
        return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)

    return "; ".join(f"{name} {word(value)}" for name, value in wish_facts(wish, devices, currency))


def preview_shown(
    preview: Preview, devices: Mapping[str, str], request: HttpRequest
) -> dict[str, Any]:
    """A preview as a page shows it: the refusal, or lines, postings and what else is known."""
    if preview.plan is None:
        assert preview.refusal is not None
        return {"sentence": sentence_with_why(preview.refusal, request)}
    plan, before = preview.plan, {line.number: line for line in preview.standing.lines}
    return {
        "sentence": "",
        "lines": [
            {
                "code": line.code,
                "device": devices.get(line.device_model, line.device_model),
                "before": _terms(before.get(line.number)),
                "after": _terms(line),
            }
            for line in plan.lines
        ],
        "postings": posting_rows(plan.postings),
        "facts": plan_facts(plan.facts, preview.standing.rules.currency),
    }


def posting_rows(postings: Sequence[Posting]) -> list[dict[str, str]]:
    """Postings as rows: the account, and what it gains or gives."""
    return [
        {"account": each.account, "amount": quantity_text(each.commodity, each.amount)}
        for each in postings
    ]


def plan_facts(facts: Mapping[str, Any], currency: str) -> list[Fact]:
    """What a plan came to."""
    return list(_plan_facts(facts, currency))


def revival_facts(preview: RevivalPreview, request: HttpRequest) -> list[Fact]:
    """What taking an ended award up again would do now, or what stands in its way."""
    if preview.revival is None:
        assert preview.refusal is not None
        return [(_("In its way"), sentence_with_why(preview.refusal, request))]
    plan = preview.revival
    facts: list[Fact] = [(_("Out of the pool again"), plan.needed)]
    if plan.entries:
        facts.append(
            (_("Entries that are reversed"), listed([number(one) for one in plan.entries]))
        )
    facts += [
        (line.code, quantity_of(f"{line.device_model}·s", line.card_seconds)) for line in plan.lines
    ]
    if plan.dropped:
        facts.append((_("Lines that go"), listed([number(one) for one in plan.dropped])))
    return facts


def _wish_facts(wish: Wish, devices: Mapping[str, str], currency: str) -> Iterator[Fact]:
    said: list[tuple[str, object]] = [
        (_("Line"), number(wish.line) if wish.line else ""),
        (_("Line that takes"), number(wish.to_line) if wish.to_line else ""),
        (_("Into the device model"), devices.get(wish.device_model, wish.device_model)),
        (_("Card-hours"), number(wish.card_hours) if wish.card_hours else ""),
        (_("Cards"), number(wish.cards) if wish.cards else ""),
        (_("Last day"), wish.last_on),
        (_("Goes to"), wish.pool),
        (_("How much"), FORMULAS[wish.formula] if wish.formula else ""),
        (_("The rate that fits"), wish.rate),
        (_("From the day on") if wish.cards else _("Day of the breach"), wish.since_on),
        (_("Cause"), CAUSES[wish.cause] if wish.cause else ""),
        (_("Amount"), Money(wish.amount_minor, currency) if wish.amount_minor else ""),
        (_("Authority"), wish.authority),
    ]
    yield from ((name, value) for name, value in said if value)
    for line, amount in wish.amounts.items():
        yield _("Amount of line %s") % line, number(amount)


def _plan_facts(facts: Mapping[str, Any], currency: str) -> Iterator[Fact]:
    if "until" in facts:
        yield _("May not apply until"), date.fromisoformat(facts["until"])
    if facts.get("leases"):
        yield _("Goes back once its days are charged"), listed(facts["leases"])
    if "first_on" in facts:
        yield _("First day"), date.fromisoformat(facts["first_on"])
    if "rate" in facts:
        yield _("Rate of the day"), facts["rate"]
        yield _("Valid from"), date.fromisoformat(facts["valid_from"])
        yield _("Evidence"), facts["evidence"]
    if "taken_seconds" in facts:
        yield _("Time taken"), CardTime(facts["taken_seconds"], "")
    if "list_minor" in facts:
        yield _("List value"), Money(facts["list_minor"], currency)
    if "subsidy_minor" in facts:
        yield _("Subsidy"), Money(facts["subsidy_minor"], currency)
    if "right_bp" in facts:
        yield _("Rate of subsidy"), percent(facts["rate_bp"])
        yield _("The rate that fits"), percent(facts["right_bp"])
    if "amount_minor" in facts:
        yield _("Amount"), Money(facts["amount_minor"], currency)


def _terms(line: Any) -> dict[str, object] | None:  # noqa: ANN401 -- terms of a line, or none
    if line is None:
        return None
    held = ngettext("%s card held, until", "%s cards held, until", line.cards) % number(line.cards)
    return {
        "time": quantity_of(f"{line.device_model}·s", line.card_seconds),
        "held": held if line.shape == "cards" else "",
        "last_on": line.last_on,
    }
