"""Money, accelerator time, durations and shares as a reader writes them, units always beside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from praya.core.quantity import BASIS_POINTS, HOUR_S, CardTime, Money, decimals_of

_SIGNS = {"HKD": "HK$", "USD": "US$", "EUR": "€", "GBP": "£", "CNY": "CN¥", "INR": "₹"}
_MINUTE_S = 60
_TENTH_OF_AN_HOUR_S = HOUR_S // 10
_DAY_S = 24 * HOUR_S
_THOUSAND = 1_000
_MILLION = 1_000_000
_TEN_THOUSAND = 10_000
_HUNDRED_MILLION = 100_000_000


def number(value: int | Decimal, decimals: int = 0) -> str:
    """A number with the reader's separators and exactly so many decimals."""
    return _number(value, decimals, get_language())


@lru_cache(maxsize=10_000)
def _number(value: int | Decimal, decimals: int, language: str | None) -> str:
    del language  # it decides the separators
    return number_format(value, decimal_pos=decimals, force_grouping=True)


def money(amount: Money) -> str:
    """``HK$1,234.50``; whole credits as ``1,234 credits``."""
    text = number(abs(amount.major), decimals_of(amount.currency))
    return _with_currency(text, amount)


def price_in_class(price: Money, service_class: str) -> str:
    """``HK$45.00 (urgent)``: a price, and the class of service that it is the price of."""
    if not service_class:
        return money(price)
    return _("%(price)s (%(class)s)") % {"price": money(price), "class": service_class}


def money_in_short(amount: Money) -> str:
    """``HK$300.0 million``, for headings; never where figures are added up or compared."""
    major = abs(amount.major)
    if (get_language() or "").startswith("zh"):
        if major >= _HUNDRED_MILLION:
            text = pgettext("hundred millions", "%s 00m") % _rounded(major / _HUNDRED_MILLION)
        elif major >= _TEN_THOUSAND:
            text = pgettext("ten thousands", "%s 0k") % _rounded(major / _TEN_THOUSAND)
        else:
            return money(amount)
    elif major >= _THOUSAND * _MILLION:
        text = _("%s billion") % _rounded(major / (_THOUSAND * _MILLION))
    elif major >= _MILLION:
        text = _("%s million") % _rounded(major / _MILLION)
    else:
        return money(amount)
    return _with_currency(text, amount)


def card_hours(time: CardTime) -> str:
    """``1,234.5 card-hours``: one card held for one hour is one.

    Under a tenth of an hour it is ``40 card-seconds``, so that what was held is never shown as
    nothing; from ten thousand hours on it is whole hours.
    """
    return _card_hours(time, get_language())


@lru_cache(maxsize=10_000)
def _card_hours(time: CardTime, language: str | None) -> str:
    del language  # it decides the words
    size = abs(time.seconds)
    sign = "−" if time.seconds < 0 else ""
    if 0 < size < _TENTH_OF_AN_HOUR_S:
        return sign + ngettext("%s card-second", "%s card-seconds", size) % number(size)
    if size >= _TEN_THOUSAND * HOUR_S:
        hours = number(abs(time.hours).quantize(Decimal(1), ROUND_HALF_UP))
    else:
        hours = _rounded(abs(time.hours))
    plural = 1 if size == HOUR_S else 2
    return sign + ngettext("%s card-hour", "%s card-hours", plural) % hours


def card_hours_of(time: CardTime, devices: Mapping[str, str] = MappingProxyType({})) -> str:
    """``1,234.5 card-hours of nvidia-h800``, or of its name where ``devices`` has one."""
    device = devices.get(time.device_model, time.device_model)
    return _card_hours_of(time, device, get_language())


@lru_cache(maxsize=10_000)
def _card_hours_of(time: CardTime, device: str, language: str | None) -> str:
    del language  # it decides the words
    return _("%(hours)s of %(device)s") % {"hours": card_hours(time), "device": device}


def month(text: str) -> str:
    """``2026-03`` as ``March 2026``."""
    year, ordinal = text.split("-")
    return date_format(date(int(year), int(ordinal), 1), "YEAR_MONTH_FORMAT")


def duration(seconds: int) -> str:
    """The two largest units: ``2 h 5 min``, ``3 days 4 h``, ``45 s``."""
    if seconds < 0:
        return "−" + duration(-seconds)
    days, rest = divmod(seconds, _DAY_S)
    hours, rest = divmod(rest, HOUR_S)
    minutes, short = divmod(rest, _MINUTE_S)
    if days:
        head = ngettext("%s day", "%s days", days) % number(days)
        return f"{head} {_('%s h') % hours}" if hours else head
    if hours:
        head = _("%s h") % hours
        return f"{head} {_('%s min') % minutes}" if minutes else head
    if minutes:
        head = _("%s min") % minutes
        return f"{head} {_('%s s') % short}" if short else head
    return _("%s s") % short


def percent(basis_points: int) -> str:
    """``70 %``, ``12.5 %``."""
    share = Decimal(basis_points) * 100 / BASIS_POINTS
    decimals = max(0, -int(share.normalize().as_tuple().exponent)) if share else 0
    return _("%s %%") % number(share, decimals)


def percent_of(part: int, whole: int) -> str:
    """The share of ``part`` in ``whole`` to one decimal; a dash where there is no whole."""
    if not whole:
        return "–"
    return _("%s %%") % _rounded(Decimal(part) * 100 / whole)


def _rounded(value: Decimal) -> str:
    return number(value.quantize(Decimal("0.1"), ROUND_HALF_UP), 1)


def _with_currency(text: str, amount: Money) -> str:
    sign = "−" if amount.minor < 0 else ""
    if amount.currency == "CREDIT":
        return sign + ngettext("%s credit", "%s credits", abs(amount.minor)) % text
    if amount.currency in _SIGNS:
        return f"{sign}{_SIGNS[amount.currency]}{text}"
    return f"{sign}{amount.currency} {text}"
