"""Refusals that a programme's own rules give."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.refusal import Refusal
from praya.words.devices import device_with_code
from praya.words.quantities import percent
from praya.words.roles import needed


def _no_price(refusal: Refusal) -> str:
    return _(
        "There is no list price for %(device_model)s on %(day)s, so the line cannot be valued. "
        "Choose other days or another device model, or ask an officer to extend the price list."
    ) % {
        "device_model": device_with_code(refusal.device_model),
        "day": date_format(refusal.day, "DATE_FORMAT"),
    }


def _rate_above_ceiling(refusal: Refusal) -> str:
    return _(
        "A subsidy of %(rate)s is more than the programme’s rules allow. The most is %(ceiling)s."
    ) % {"rate": percent(refusal.rate_bp), "ceiling": percent(refusal.ceiling_bp)}


def _rate_not_theirs(refusal: Refusal) -> str:
    return _("A subsidy of %(rate)s is exceptional. It can be granted by: %(who)s.") % {
        "rate": percent(refusal.rate_bp),
        "who": needed(refusal.granted_by),
    }


def _rate_reason_missing(refusal: Refusal) -> str:
    return _(
        "A subsidy of %(rate)s is above the ordinary %(ordinary)s and needs a reason. Write why "
        "the case is exceptional."
    ) % {"rate": percent(refusal.rate_bp), "ordinary": percent(refusal.ordinary_bp)}


SENTENCES = {
    "price.none": _no_price,
    "rate.above_ceiling": _rate_above_ceiling,
    "rate.not_theirs": _rate_not_theirs,
    "rate.reason_missing": _rate_reason_missing,
}
