"""What is wrong with a programme file, and what to do about it, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from praya.core.programme.findings import Finding, FindingCode
from praya.core.programme.yaml_faults import YamlFault
from praya.words import change_findings, life_findings, vote_findings, yaml_findings
from praya.words.quantities import number
from praya.words.series import listed

C = FindingCode


def sentence_for_finding(finding: Finding) -> str:
    """What is wrong, in one sentence."""
    return gettext(_SENTENCES[finding.code]) % _said(finding)


def hint_for_finding(finding: Finding) -> str:
    """What to do about it, in a sentence or two."""
    said = _said(finding)
    if finding.facts.get("suggestion"):
        return gettext("Did you mean “%(suggestion)s”?") % said
    special = _SPECIAL_HINTS.get(finding.code)
    if special is not None:
        return special(finding)
    return gettext(_HINTS[finding.code]) % said


def _said(finding: Finding) -> dict[str, Any]:
    """The facts as a reader writes them, with the path among them."""
    return {"path": finding.path} | {name: _word(fact) for name, fact in finding.facts.items()}


def _word(fact: object) -> str:
    """One fact as a reader writes it."""
    if isinstance(fact, tuple):
        return listed(_word(one) for one in fact)
    if isinstance(fact, YamlFault):
        return str(yaml_findings.FAULTS[fact])
    if isinstance(fact, date):
        return date_format(fact, "Y-m-d")
    if isinstance(fact, Decimal):
        exponent = fact.normalize().as_tuple().exponent
        return number(fact, max(0, -exponent) if isinstance(exponent, int) else 0)
    return str(fact)


def _hint_for_bound(finding: Finding) -> str:
    """The bound itself, and whether it is allowed."""
    facts = {"limit": finding.facts["limit"]}
    if not facts["limit"]:  # so many digits that it was not even looked at
        return gettext("Give fewer digits.")
    included = finding.facts["included"]
    if finding.code is C.VALUE_TOO_SMALL:
        text = _("Give at least %(limit)s.") if included else _("Give more than %(limit)s.")
    else:
        text = _("Give at most %(limit)s.") if included else _("Give less than %(limit)s.")
    return gettext(text) % facts


def _hint_for_length(finding: Finding) -> str:
    """The length that is allowed."""
    limit = int(finding.facts["limit"])
    facts = {"limit": number(limit)}
    items = finding.facts["counts"] == "items"
    if finding.code is C.VALUE_TOO_LONG and not items:
        text = ngettext(
            "Shorten it to %(limit)s character.", "Shorten it to %(limit)s characters.", limit
        )
    elif finding.code is C.VALUE_TOO_LONG:
        text = gettext("List at most %(limit)s.")
    elif items:
        text = gettext("List at least %(limit)s.")
    else:
        text = gettext("Write a text here.")
    return text % facts


def _hint_for_decimals(finding: Finding) -> str:
    """How many digits are kept."""
    digits = int(finding.facts["decimals"] or 0)
    if digits == 0:
        return gettext("Give a whole number.")
    text = ngettext(
        "Give at most %(digits)s digit after the point.",
        "Give at most %(digits)s digits after the point.",
        digits,
    )
    return text % {"digits": digits}


_SPECIAL_HINTS: dict[FindingCode, Callable[[Finding], str]] = {
    C.VALUE_TOO_SMALL: _hint_for_bound,
    C.VALUE_TOO_LARGE: _hint_for_bound,
    C.VALUE_TOO_LONG: _hint_for_length,
    C.VALUE_TOO_SHORT: _hint_for_length,
    C.VALUE_TOO_FINE: _hint_for_decimals,
}

# What is wrong, and what to do, by code.
_TEXTS: dict[FindingCode, tuple[str, str]] = {
    C.FILE_TOO_LARGE: (
        _("The file has more than %(kib_max)s KiB, so it was not read."),
        _("A programme file is a few pages of text. Check that this is the right file."),
    ),
    C.FILE_NOT_TEXT: (
        _("The file is not plain text in UTF-8."),
        _("Save it as UTF-8 text, and remove characters that cannot be seen."),
    ),
    C.FILE_EMPTY: (
        _("The file says nothing."),
        _("Start from one of the example programmes."),
    ),
    C.FILE_NOT_MAPPING: (
        _("The file does not begin with a field."),
        _("A programme file is made of lines such as “prefix: HCP”."),
    ),
    C.FIELD_TWICE: (
        _("“%(field)s” stands here a second time; the first is in line %(first_line)s."),
        _("Keep one of the two."),
    ),
    C.FIELD_UNKNOWN: (
        _("There is no field “%(field)s” here."),
        _("The fields here are: %(known)s."),
    ),
    C.FIELD_MISSING: (
        _("The field “%(field)s” is missing."),
        _("Add “%(field)s” here."),
    ),
    C.VALUE_EMPTY: (
        _("“%(field)s” has no value."),
        _("Give a value, or take the line away if the field may be left out."),
    ),
    C.VALUE_TEXT: (
        _("“%(field)s” must be a text."),
        _("Write the text after the colon."),
    ),
    C.VALUE_NUMBER: (
        _("“%(field)s” must be a number, and “%(given)s” is none."),
        _("Write it without a unit or a separator, such as 2500.50 or 3_000_000."),
    ),
    C.VALUE_WHOLE_NUMBER: (
        _("“%(field)s” must be a whole number, and “%(given)s” is none."),
        _("Write it without a unit or a point, such as 30."),
    ),
    C.VALUE_DATE: (
        _("“%(field)s” must be a date, and “%(given)s” is none."),
        _("Write year, month and day, such as 2026-03-31."),
    ),
    C.VALUE_YES_NO: (
        _("“%(field)s” must be true or false, and “%(given)s” is neither."),
        _("Write true or false."),
    ),
    C.VALUE_LIST: (
        _("“%(field)s” must be a list."),
        _("Begin each item on its own line with “- ”."),
    ),
    C.VALUE_PART: (
        _("“%(field)s” must hold fields of its own."),
        _("Write its fields below it, further in. A text has “en:”, “zh_hant:” and “zh_hans:”."),
    ),
    C.VALUE_CHOICE: (
        _("“%(field)s” cannot be “%(given)s”."),
        _("It is one of: %(allowed)s."),
    ),
    C.VALUE_TOO_SMALL: (_("“%(field)s” is too small: %(given)s."), ""),
    C.VALUE_TOO_LARGE: (_("“%(field)s” is too large: %(given)s."), ""),
    C.VALUE_TOO_FINE: (_("“%(field)s” has too many digits after the point: %(given)s."), ""),
    C.VALUE_TOO_LONG: (_("“%(field)s” is too long."), ""),
    C.VALUE_TOO_SHORT: (_("“%(field)s” is too short, or empty."), ""),
    C.VALUE_WRONG: (
        _("“%(given)s” is no value for “%(field)s”."),
        _("See the field in the reference of the programme file."),
    ),
    C.CODE_WRONG: (
        _("“%(given)s” is not a code."),
        _("Use small letters, digits and hyphens, at most 40, such as nvidia-h800."),
    ),
    C.CODE_TWICE: (
        _("The code “%(given)s” stands in this list a second time."),
        _("Give each item a code of its own."),
    ),
    C.PREFIX_WRONG: (
        _("“%(given)s” is not a prefix."),
        _("Use 2 to 6 capital letters, such as HCP."),
    ),
    C.CURRENCY_WRONG: (
        _("“%(given)s” is not a currency."),
        _("Use the three capital letters of ISO 4217, such as HKD, or CREDIT."),
    ),
    C.PLACE_WRONG: (
        _("“%(given)s” is not the code of a place."),
        _("Use ISO 3166: two capital letters, such as HK, or with a part, such as CN-GD."),
    ),
    C.TIME_ZONE_UNKNOWN: (
        _("There is no time zone “%(given)s”."),
        _("Use a name of the IANA list, such as Asia/Hong_Kong."),
    ),
    C.PERIOD_ORDER: (
        _("The period ends on %(last)s, before it begins on %(first)s."),
        _("Put the earlier day under “from”."),
    ),
    C.EFFECTIVE_AFTER_END: (
        _("The rules take effect on %(effective_on)s, after the period has ended on %(last)s."),
        _("Choose a day up to the end of the period."),
    ),
    C.ENVELOPE_SUM: (
        _("The purposes add up to %(sum)s, and the envelope is %(amount)s."),
        _("Change an amount so that they are the same."),
    ),
    C.ENVELOPE_PAYS_SUBSIDY: (
        _("%(count)s purposes pay the subsidy; it must be exactly one."),
        _("Write “pays_subsidy: true” at the one from which awards are paid."),
    ),
    C.ELIGIBILITY_NO_PREDICATE: (
        _("This rule asks nothing of the applicant."),
        _("Give it kinds, places, registry_number or a question."),
    ),
    C.LIMITS_ORDER: (
        _("The floor %(floor)s is above the ceiling %(ceiling)s."),
        _("Lower “%(name)s_min” or raise “%(name)s_max”."),
    ),
    C.SUBSIDY_EXCEPTIONAL: (
        _("The exceptional rate, %(percent)s %%, is not above the ordinary one, %(ordinary)s %%."),
        _("Raise it, or take “exceptional” away."),
    ),
    C.RATE_ORDER: (
        _("It ends on %(last)s, before it begins on %(first)s."),
        _("Put the earlier day under “first_on”."),
    ),
    C.RATE_UNKNOWN_FIELD: (
        _("The form has no choice field “%(given)s”."),
        _("Its choice fields are: %(known)s."),
    ),
    C.RATE_UNKNOWN_CHOICE: (
        _("The field has no choice “%(given)s”."),
        _("Its choices are: %(known)s."),
    ),
    C.CLAIMS_MISSING: (
        _("Holders claim their costs back, and nothing says which."),
        _("Add “claims” with costs and shares, or write “payment: invoice”."),
    ),
    C.CLAIMS_UNWANTED: (
        _("Nothing can be claimed in a programme that invoices the own share."),
        _("Take “claims” away, or write “payment: claim”."),
    ),
    C.SHARE_ABOVE_WHOLE: (
        _("A share of %(given)s is more than the whole cost."),
        _("Give at most 1/1."),
    ),
    C.SHARE_OVERLAP: (
        _("There is already another share for the origin “%(origin)s” on these days."),
        _("End the earlier row with “last_on”, and begin the later with “first_on”."),
    ),
    C.PEAK_TWICE: (
        _("The peak for %(given)s stands here a second time."),
        _("Keep one figure for each precision."),
    ),
    C.PRICE_UNKNOWN_MODEL: (
        _("There is no device model “%(given)s” in this file."),
        _("The device models are: %(known)s."),
    ),
    C.PRICE_ORDER: (
        _("The price ends on %(last)s, before it begins on %(first)s."),
        _("Put the earlier day under “valid_from”."),
    ),
    C.PRICE_OVERLAP: (
        _("On %(day)s there is already another price of %(device_model)s."),
        _("End the earlier price on the day before, or begin this one later."),
    ),
    C.PRICE_GAP: (
        _("From %(day)s there is no price of %(device_model)s, and the period goes on."),
        _("Begin the next price on that day, or take “valid_to” away."),
    ),
    C.PRICE_NONE_AT_START: (
        _("There is no price of %(device_model)s on %(day)s, the first day of the period."),
        _("Add a price under “prices” that is valid on that day."),
    ),
    C.PRICE_FACTOR: (
        _("%(given)s of %(price)s, for the class “%(class)s”, is no whole amount of money."),
        _("Choose a price or a factor of which something whole comes out."),
    ),
    C.CLASS_UNPRICED: (
        _("The class of service “%(given)s” has no factor here, and the price list has factors."),
        _("Name it in each price; a class that costs the price itself has the factor 1/1."),
    ),
    C.CRITERIA_SUM: (
        _("The weights add up to %(sum)s, not to 100."),
        _("Change a weight so that they do."),
    ),
    C.SCALE_ORDER: (
        _("The highest mark, %(highest)s, is not above the lowest, %(lowest)s."),
        _("Raise “highest” or lower “lowest”."),
    ),
    C.ANCHOR_OUTSIDE: (
        _("The mark %(given)s is not on the scale from %(lowest)s to %(highest)s."),
        _("Take the anchor away, or widen the scale."),
    ),
    C.THRESHOLD_OUTSIDE: (
        _("The threshold %(given)s is not on the scale from %(lowest)s to %(highest)s."),
        _("Thresholds are marks, not percent."),
    ),
    C.STAGE_ORDER: (
        _("The stage “%(stage)s” comes too late."),
        _("The order is: %(order)s."),
    ),
    C.STAGE_TWICE: (
        _("The stage “%(stage)s” stands here a second time."),
        _("Keep one of the two."),
    ),
    C.STAGE_NEEDED: (
        _("The stage “%(stage)s” is missing."),
        _("Every programme decides and agrees: add a stage of this kind."),
    ),
    C.DELEGATION_ORDER: (
        _("The ceiling %(given)s is not above the one before, %(before)s."),
        _("Put the rows in rising order."),
    ),
    C.DELEGATION_LAST: (
        _("Nobody decides an application above %(given)s."),
        _("Take “up_to_list_value” away from the last row."),
    ),
    C.DELEGATION_OPEN: (
        _("This row has no ceiling, so the rows below it are never reached."),
        _("Give it “up_to_list_value”, or put it last."),
    ),
    C.DELEGATION_STAGE: (
        _("The programme has no stage “%(stage)s”."),
        _("Its stages are: %(known)s."),
    ),
    C.DELEGATION_STAGE_NEEDED: (
        _("Cases of this row would go without the stage “%(stage)s”."),
        _("Add it to the row’s stages."),
    ),
    C.CALL_ORDER: (
        _("The call closes (%(closes)s) before it opens (%(opens)s)."),
        _("Put the earlier day first."),
    ),
    C.CALL_OUTSIDE_PERIOD: (
        _("%(day)s is not inside the period from %(first)s to %(last)s."),
        _("Choose a day inside it."),
    ),
    C.CALL_CLOSES_ON_MISSING: (
        _("The call “%(call)s” is one window, and has no last day."),
        _("Add “closes_on”."),
    ),
    C.CALL_MONTHLY_MISSING: (
        _("The call “%(call)s” is monthly, and its days of the month are missing."),
        _("Add “monthly” with gather_from_day, gather_to_day and decide_by_day."),
    ),
    C.CALL_MONTHLY_UNWANTED: (
        _("The call “%(call)s” is of the kind “%(kind)s”, and has days of the month."),
        _("Take “monthly” away, or make the kind monthly."),
    ),
    C.FORM_CHOICES_MISSING: (
        _("There is nothing to choose from."),
        _("Add “choices”, or change the kind of the field."),
    ),
    C.FORM_CHOICES_UNWANTED: (
        _("A field of the kind “%(kind)s” has no choices."),
        _("Take “choices” away, or make the kind choice."),
    ),
}
_TEXTS |= change_findings.TEXTS | life_findings.TEXTS | vote_findings.TEXTS
_TEXTS |= yaml_findings.TEXTS
_SENTENCES = {code: texts[0] for code, texts in _TEXTS.items()}
_HINTS = {code: texts[1] for code, texts in _TEXTS.items()}
