"""What changed in a programme's rules, in plain language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from praya.core.programme.difference import Change, ChangeKind
from praya.core.programme.document import Delegation, DeviceModelRule, Peak, Stage
from praya.core.programme.life import Tier, Tranche
from praya.core.programme.money import Price
from praya.core.programme.parts import Part, Words
from praya.core.quantity import Money
from praya.words.field_labels import FIELD_LABELS
from praya.words.quantities import money, number
from praya.words.series import listed

_SENTENCES = {
    ChangeKind.ADDED: _("New %(label)s: %(new)s."),
    ChangeKind.REMOVED: _("No longer %(label)s: %(old)s."),
    ChangeKind.CHANGED: _("%(label)s: %(new)s, was %(old)s."),
    ChangeKind.REORDERED: _("%(label)s: the order has changed."),
}
_REWORDED = _("%(label)s is reworded: “%(new)s”")
_MONEY = frozenset(
    {
        "envelope.amount",
        "envelope.purposes.amount",
        "envelope.years.voted",
        "limits.list_value_min",
        "limits.list_value_max",
        "prices.per_card_hour",
        "delegation.up_to_list_value",
        "subsidy.caps.per_award",
        "subsidy.caps.per_organisation_a_year",
        "subsidy.caps.programme",
        "subsidy.window.ceiling",
        "changes.recovery.finance_up_to",
    }
)
_RISES = {
    "subsidy.percent": (
        _("The subsidy rises from %(old)s to %(new)s."),
        _("The subsidy falls from %(old)s to %(new)s."),
    ),
    "subsidy.exceptional.percent": (
        _("The exceptional subsidy rises from %(old)s to %(new)s."),
        _("The exceptional subsidy falls from %(old)s to %(new)s."),
    ),
    "envelope.amount": (
        _("The envelope rises from %(old)s to %(new)s."),
        _("The envelope falls from %(old)s to %(new)s."),
    ),
}


def sentence_for_change(change: Change) -> str:
    """One change as a sentence."""
    if not change.path:
        return gettext("These are the first rules of the programme.")
    said = {
        "label": _label(change),
        "old": _word(change, change.old),
        "new": _word(change, change.new),
    }
    if change.kind is ChangeKind.CHANGED and change.field_name in _RISES:
        rises, falls = _RISES[change.field_name]
        return gettext(rises if change.new > change.old else falls) % said
    if change.kind is ChangeKind.CHANGED and isinstance(change.new, Words):
        return gettext(_REWORDED) % _capital(said)
    if change.kind in (ChangeKind.CHANGED, ChangeKind.REORDERED):
        said = _capital(said)
    return gettext(_SENTENCES[change.kind]) % said


def _capital(said: dict[str, str]) -> dict[str, str]:
    """The facts, with the label as a sentence begins."""
    label = said["label"]
    return said | {"label": label[:1].upper() + label[1:]}


def _label(change: Change) -> str:
    """What changed: the field, and of which item where it stands in a list."""
    label = gettext(FIELD_LABELS[change.field_name])
    names = [_name_within(part, change.facts["currency"]) for part in change.facts["within"]]
    if not names:
        return label
    return gettext("%(label)s for %(item)s") % {"label": label, "item": listed(names)}


def _word(change: Change, value: Any) -> str:  # noqa: ANN401 -- any field
    """A value of the rules as a reader writes it."""
    if value is None:
        return gettext("none")
    if isinstance(value, Part):
        return name_of(value, change.facts["currency"])
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | tuple):
        return listed(_word(change, item) for item in value) or gettext("none")
    return _single_word(change, value)


def _single_word(change: Change, value: Any) -> str:  # noqa: ANN401 -- any field
    """A date, an amount, a number or a plain word as a reader writes it."""
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal) and change.field_name in _MONEY:
        return money(Money.parse(f"{value:f}", change.facts["currency"]))
    if isinstance(value, Decimal | int):
        return _figure(change.field_name, value)
    return str(value.value if isinstance(value, Enum) else value)


def _figure(field_name: str, value: Decimal | int) -> str:
    """A number with its unit, where the field has one: by its name, as the file has it."""
    exponent = Decimal(value).normalize().as_tuple().exponent
    text = number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
    named = field_name.rpartition(".")[2]
    if "percent" in named or field_name == "scoring.criteria.weight":
        return gettext("%s %%") % text
    return gettext("%s days") % text if named.endswith("days") else text


def name_of(part: Part, currency: str) -> str:
    """What people call an item of the rules: its name, or what marks it among its like."""
    named = _NAMES.get(type(part))
    if named is not None:
        return named(part, currency)
    if isinstance(part, Words):
        return part.in_language(get_language() or "en")
    for attribute in ("name", "label", "title", "text"):
        words = getattr(part, attribute, None)
        if isinstance(words, Words):
            return words.in_language(get_language() or "en")
    # A part without a name: its values, as the file has them.
    return ", ".join(str(value) for value in part.model_dump(exclude_none=True).values())


def _name_within(part: Part, currency: str) -> str:
    """The name of an item of which a field changed. A price is not named by its amount then."""
    if not isinstance(part, Price):
        return name_of(part, currency)
    day = date_format(part.valid_from, "DATE_FORMAT")
    return gettext("%(device_model)s from %(day)s") % {
        "device_model": part.device_model,
        "day": day,
    }


def _price(price: Price, currency: str) -> str:
    per_hour = money(Money.parse(f"{price.per_card_hour:f}", currency))
    return gettext("%(device_model)s at %(price)s a card-hour from %(day)s") % {
        "device_model": price.device_model,
        "price": per_hour,
        "day": date_format(price.valid_from, "DATE_FORMAT"),
    }


def _delegation(row: Delegation, currency: str) -> str:
    if row.up_to_list_value is None:
        return gettext("applications of any size")
    ceiling = money(Money.parse(f"{row.up_to_list_value:f}", currency))
    return gettext("applications up to %s") % ceiling


def _tier(tier: Tier, _currency: str) -> str:
    return gettext("use below %s %%") % f"{tier.used_below_percent:f}"


_NAMES: dict[type[Part], Callable[[Any, str], str]] = {
    DeviceModelRule: lambda model, _currency: f"{model.vendor} {model.name}",
    Peak: lambda peak, _currency: f"{peak.precision} {peak.dense_tflops:f} TFLOPS",
    Price: _price,
    Delegation: _delegation,
    Tier: _tier,
    Tranche: lambda part, _currency: part.code,
    Stage: lambda stage, _currency: stage.name.in_language(get_language() or "en"),
}
