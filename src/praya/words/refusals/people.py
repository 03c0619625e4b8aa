"""Refusals about people and organisations."""

from __future__ import annotations

from django.utils.translation import gettext as _

from praya.core.refusal import Refusal


def _name_missing(refusal: Refusal) -> str:
    del refusal
    return _("A name is missing. Give one in English or in Chinese; both are welcome.")


SENTENCES = {
    "people.name_missing": _name_missing,
}
