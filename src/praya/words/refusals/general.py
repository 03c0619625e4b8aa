"""Refusals that every part gives."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.roles import needed
from praya.words.series import listed


def _not_allowed(refusal: Refusal) -> str:
    wanted = refusal.facts.get("needs", ())
    names = [wanted] if isinstance(wanted, str) else list(_in_order(wanted))
    if not names:
        return _("You may not do this. Ask an officer of the programme who may.")
    return _("You may not do this. It can be done by: %(who)s.") % {
        "who": listed(needed(str(name)) for name in names)
    }


def _in_order(wanted: Iterable[object]) -> list[object]:
    return sorted(wanted, key=str) if isinstance(wanted, (set, frozenset)) else list(wanted)


def _not_found(refusal: Refusal) -> str:
    del refusal
    return _(
        "There is no such thing here, or it is not open to you. If somebody told you of it, "
        "ask them to let you in."
    )


def _stale(refusal: Refusal) -> str:
    del refusal
    return _(
        "Somebody, perhaps you in another window, changed this after you opened it. Nothing of "
        "theirs was overwritten and nothing of yours was saved. Copy what you typed, open the page "
        "again, and enter it there."
    )


SENTENCES = {
    "access.not_allowed": _not_allowed,
    "access.not_found": _not_found,
    "form.stale": _stale,
}
