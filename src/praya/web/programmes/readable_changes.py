"""The rules on changes of awards as a section that a page can show."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.core.programme.changes import (
    Advance,
    Changes,
    GrantedChange,
    OtherCards,
    Renewal,
    Supplement,
)
from praya.core.programme.document import ProgrammeRules
from praya.words.changes import KINDS
from praya.words.quantities import number
from praya.words.roles import needed


def change_items(rules: ProgrammeRules) -> list[str]:
    """What may be asked for, a sentence each; a single one where nothing may."""
    items = list(_items(rules.changes))
    return items or [_("No change of an award may be asked for.")]


def rate_rows(rules: ProgrammeRules) -> list[tuple[object, ...]]:
    """The dated rates of exchange."""
    return [
        (
            rate.source,
            rate.target,
            f"{rate.rate:f}",
            date_format(rate.valid_from, "DATE_FORMAT"),
            date_format(rate.valid_to, "DATE_FORMAT") if rate.valid_to else "",
            rate.evidence,
        )
        for rate in rules.changes.rates
    ]


def _items(changes: Changes) -> Iterator[str]:
    for kind, rule in changes.granted():
        times = ngettext("%s time", "%s times", rule.times_max) % number(rule.times_max)
        yield _("%(kind)s: %(times)s, granted by: %(who)s. %(limit)s") % {
            "kind": KINDS[kind],
            "times": times,
            "who": needed(rule.granted_by),
            "limit": _limit(rule),
        }
    for rate in changes.recovery.interest:
        yield _("Overdue debts bear %(percent)s %% of simple interest a year from %(day)s.") % {
            "percent": f"{rate.percent_a_year:f}",
            "day": date_format(rate.valid_from, "DATE_FORMAT"),
        }
    if changes.exclusion is not None:
        yield _(
            "An organisation that broke the terms may not apply for at most %(months)s months; "
            "granted by: %(who)s."
        ) % {
            "months": number(changes.exclusion.months_max),
            "who": needed(changes.exclusion.granted_by),
        }
    if changes.notice_days:
        yield ngettext(
            "An award is ended early after at least %s day’s notice.",
            "An award is ended early after at least %s days’ notice.",
            changes.notice_days,
        ) % number(changes.notice_days)


def _limit(rule: GrantedChange) -> str:
    if isinstance(rule, Supplement | Advance):
        return _("At most %s %% of what the line was given.") % f"{rule.percent_max:f}"
    if isinstance(rule, OtherCards):
        return _("At most %s %% of the cards it has.") % f"{rule.percent_max:f}"
    if isinstance(rule, Renewal):
        return _("At most %(months)s months, after %(used)s %% was used.") % {
            "months": number(rule.months_max),
            "used": f"{rule.used_percent_min:f}",
        }
    months = getattr(rule, "months_max", None)
    return _("At most %s months at once.") % number(months) if months else ""
