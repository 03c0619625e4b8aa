"""The rules on changes of awards as a section that a page can show."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.core.programme.changes import (
    Advance,
    Borne,
    Changes,
    GrantedChange,
    OtherCards,
    Renewal,
    Supplement,
)
from praya.core.programme.document import ProgrammeRules
from praya.words.changes import CAUSES, KINDS
from praya.words.quantities import number
from praya.words.roles import needed
from praya.words.series import listed


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
        if isinstance(rule, Advance):
            yield from _borne(rule)
    for rate in changes.recovery.interest:
        yield _("Overdue debts bear %(percent)s %% of simple interest a year from %(day)s.") % {
            "percent": f"{rate.percent_a_year:f}",
            "day": date_format(rate.valid_from, "DATE_FORMAT"),
        }
    if changes.recovery.set_off is not None:
        yield (
            _(
                "Overdue debts of an organisation are set off against its newer awards: at most "
                "%s %% of a line."
            )
            % f"{changes.recovery.set_off.percent_max:f}"
        )
        yield from _borne(changes.recovery.set_off)
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

    yield from _endings(changes)


def _borne(rule: Borne) -> Iterator[str]:
    """When the lead is told of what a newer award is to bear, and who may spare it."""
    told = ngettext(
        "The lead is told at least %s day before a later award bears it.",
        "The lead is told at least %s days before a later award bears it.",
        rule.warn_days,
    )
    yield told % number(rule.warn_days) if rule.warn_days else _("The lead is told afterwards.")
    if rule.waived_by is not None:
        yield _("Line by line it may be waived by: %s.") % needed(rule.waived_by)


def _endings(changes: Changes) -> Iterator[str]:
    if changes.cure is not None:
        yield _("At least %(days)s days are given to put right: %(causes)s.") % {
            "days": number(changes.cure.days),
            "causes": listed(str(CAUSES[cause]) for cause in changes.cure.causes),
        }
    if changes.end_at_once is not None:
        yield _(
            "An award may be ended at once, at the asking of an officer and granted by "
            "%(who)s, for: %(causes)s."
        ) % {
            "who": needed(changes.end_at_once.granted_by),
            "causes": listed(str(CAUSES[cause]) for cause in changes.end_at_once.causes),
        }
    else:
        yield _("No award is ended early without notice.")


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
