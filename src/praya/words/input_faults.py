"""What does not fit in the input of a call, by the kind of the fault, in the reader's language.

pydantic names each fault by a type of a closed list and says it in English; Praya's own checks of a
field add the types in ``OWN``. Every type that a field of the API can meet has its sentence here, a
test sees to it; what is left, as a type of a later release, is said in general.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.words.quantities import number
from praya.words.series import listed

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
# Of which pydantic counts the items; a text that is measured after a check of ours is a “Value”.
_OF_ITEMS = ("List", "Dictionary")
_WHOLE_NUMBER = gettext_lazy("Give a whole number.")
_DAY = gettext_lazy("Give a day, as 2026-03-31.")
_FIELDS = gettext_lazy("Give an object with its fields.")
_UNICODE = gettext_lazy("Give a text that is whole Unicode.")

PLAIN: dict[str, Promise] = {
    "missing": gettext_lazy("This is needed and was not given."),
    "string_type": gettext_lazy("Give a text."),
    "string_unicode": _UNICODE,
    "bool_type": gettext_lazy("Give true or false."),
    "bool_parsing": gettext_lazy("Give true or false."),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": gettext_lazy("Give a whole number with fewer digits."),
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": gettext_lazy("Give a day without an hour, as 2026-03-31."),
    "list_type": gettext_lazy("Give a list."),
    "dict_type": _FIELDS,
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
}
SAID = "said"  # by a form, whose sentence is in the reader's language already
OWN: dict[str, Promise | str] = {
    SAID: "%(sentence)s",
    "null_character": gettext_lazy("Take the null character out of the text."),
    "not_unicode": _UNICODE,
    "year_outside": gettext_lazy("Give a day of the years %(first)s to %(last)s."),
    "boolean_for_number": gettext_lazy("Give a number; true and false are none."),
    "named_twice": gettext_lazy("Name “%(name)s” once; it stands here twice."),
}


def sentence_for_fault(kind: str, facts: Mapping[str, Any]) -> str:
    """What to give instead; ``facts`` are what pydantic keeps beside the type."""
    if kind in WITH_FACTS:
        return WITH_FACTS[kind](facts)
    if kind in PLAIN:
        return str(PLAIN[kind])
    if kind in OWN:
        return str(OWN[kind]) % facts
    return _("This does not fit; the document of the API at /api/v1/openapi.json says what does.")


def _at_least(facts: Mapping[str, Any]) -> str:
    return _("Give at least %(limit)s.") % {"limit": number(facts["ge"])}


def _at_most(facts: Mapping[str, Any]) -> str:
    return _("Give at most %(limit)s.") % {"limit": number(facts["le"])}


def _too_long(facts: Mapping[str, Any]) -> str:
    limit = int(facts["max_length"])
    if facts.get("field_type") in _OF_ITEMS:
        text = ngettext("Give at most %s item.", "Give at most %s items.", limit)
    else:
        text = ngettext("Give at most %s character.", "Give at most %s characters.", limit)
    return text % number(limit)


def _too_short(facts: Mapping[str, Any]) -> str:
    limit = int(facts["min_length"])
    if facts.get("field_type") in _OF_ITEMS:
        text = ngettext("Give at least %s item.", "Give at least %s items.", limit)
    else:
        text = ngettext("Give at least %s character.", "Give at least %s characters.", limit)
    return text % number(limit)


def _otherwise(facts: Mapping[str, Any]) -> str:
    return _("Write it as this pattern has it: %(pattern)s") % facts


def _one_of(facts: Mapping[str, Any]) -> str:
    """The choices; pydantic lists them with an English “or” before the last."""
    choices = _QUOTED.findall(str(facts["expected"]))
    return _("Give one of these: %s.") % listed(choices)


WITH_FACTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "too_long": _too_long,
    "too_short": _too_short,
    "string_pattern_mismatch": _otherwise,
    "enum": _one_of,
    "literal_error": _one_of,
}
