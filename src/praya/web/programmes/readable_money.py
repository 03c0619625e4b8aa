"""What the rules say of money beside prices, in sentences: rates, ceilings, payment, claims."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.money import Caps, ClaimShare, Invoicing, RateRow, Window
from praya.words.dates import day
from praya.words.languages import in_readers_language as say
from praya.words.organisations import KINDS
from praya.words.quantities import money, number
from praya.words.series import listed

_WHOLE = 100
Shape = tuple[bool, bool]  # whether a row has a first day, and whether a last

_RATES: dict[Shape, Promise] = {
    (False, False): gettext_lazy("%(name)s: up to %(percent)s %%."),
    (True, False): gettext_lazy("%(name)s: up to %(percent)s %%, from %(first)s."),
    (False, True): gettext_lazy("%(name)s: up to %(percent)s %%, until %(last)s."),
    (True, True): gettext_lazy("%(name)s: up to %(percent)s %%, from %(first)s to %(last)s."),
}
_RATES_FOR_SOME: dict[Shape, Promise] = {
    (False, False): gettext_lazy("%(name)s: up to %(percent)s %% (for: %(kinds)s)."),
    (True, False): gettext_lazy("%(name)s: up to %(percent)s %% (for: %(kinds)s), from %(first)s."),
    (False, True): gettext_lazy("%(name)s: up to %(percent)s %% (for: %(kinds)s), until %(last)s."),
    (True, True): gettext_lazy(
        "%(name)s: up to %(percent)s %% (for: %(kinds)s), from %(first)s to %(last)s."
    ),
}
_SHARES: dict[Shape, Promise] = {
    (False, False): gettext_lazy("%(name)s: %(share)s of the cost."),
    (True, False): gettext_lazy("%(name)s: %(share)s of the cost, from %(first)s."),
    (False, True): gettext_lazy("%(name)s: %(share)s of the cost, until %(last)s."),
    (True, True): gettext_lazy("%(name)s: %(share)s of the cost, from %(first)s to %(last)s."),
}


def money_items(rules: ProgrammeRules) -> list[str]:
    """A sentence for each rule."""
    return list(_items(rules))


def _items(rules: ProgrammeRules) -> Iterator[str]:
    for row in rules.subsidy.rates:
        yield _rate(rules, row)
    if rules.subsidy.caps is not None:
        yield from _caps(rules, rules.subsidy.caps)
    if rules.subsidy.window is not None:
        yield _window(rules, rules.subsidy.window)
    if rules.price_of_awards == "follow":
        yield _("Where later rules have a lower price, awards under these rules pay that.")
    if rules.claims is None:
        if not _bears_all(rules):
            yield _invoicing(rules.invoicing or Invoicing())
        return
    costs = listed(say(cost.name) for cost in rules.claims.costs)
    yield _("Teams pay their suppliers and claim back: %s.") % costs
    yield from (_share(row) for row in rules.claims.shares)


def _rate(rules: ProgrammeRules, row: RateRow) -> str:
    fields = {field.code: field for field in rules.form}
    conditions = [str(KINDS[kind]) for kind in row.kinds]
    for asked in row.answers:
        choice = fields[asked.field].choices[asked.choice]
        conditions.append(f"{say(fields[asked.field].label)} {say(choice)}")
    said = _RATES_FOR_SOME if conditions else _RATES
    return str(said[_shape_of(row)]) % {
        "name": say(row.name),
        "percent": f"{row.percent.normalize():f}",
        "kinds": listed(conditions),
        **_days(row),
    }


def _caps(rules: ProgrammeRules, caps: Caps) -> Iterator[str]:
    for text, amount in (
        (_("At most %s of subsidy to one award."), caps.per_award),
        (_("At most %s to one organisation in a calendar year."), caps.per_organisation_a_year),
        (_("At most %s to all awards together."), caps.programme),
    ):
        if amount is not None:
            yield text % money(rules.money(amount))


def _window(rules: ProgrammeRules, window: Window) -> str:
    said = ngettext(
        "At most %(ceiling)s to one organisation in %(years)s year, over every programme here.",
        "At most %(ceiling)s to one organisation in %(years)s years, over every programme here.",
        window.years,
    ) % {"ceiling": money(rules.money(window.ceiling)), "years": number(window.years)}
    return said if window.act == "refuse" else _("%s Above that, deciders are warned.") % said


def _bears_all(rules: ProgrammeRules) -> bool:
    """Whether no award has an own share."""
    rates = [rules.subsidy.percent, *(row.percent for row in rules.subsidy.rates)]
    return all(percent == _WHOLE for percent in rates)


def _invoicing(invoicing: Invoicing) -> str:
    return ngettext(
        "The own share is invoiced month by month, due in %s day.",
        "The own share is invoiced month by month, due in %s days.",
        invoicing.due_days,
    ) % number(invoicing.due_days)


def _share(row: ClaimShare) -> str:
    facts = {"name": say(row.name), "share": row.share, **_days(row)}
    return str(_SHARES[_shape_of(row)]) % facts


def _shape_of(row: RateRow | ClaimShare) -> Shape:
    return row.first_on is not None, row.last_on is not None


def _days(row: RateRow | ClaimShare) -> dict[str, str]:
    return {
        "first": day(row.first_on) if row.first_on else "",
        "last": day(row.last_on) if row.last_on else "",
    }
