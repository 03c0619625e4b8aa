"""What is wrong with the rules on changes of awards, and what to do about it, in words."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from praya.core.programme.findings import FindingCode as C

TEXTS = {
    C.EXCHANGE_UNKNOWN_MODEL: (
        _("There is no device model “%(given)s” in this file."),
        _("The device models are: %(known)s."),
    ),
    C.EXCHANGE_SAME_MODEL: (
        _("The rate leads from “%(given)s” to itself."),
        _("Name another device model under “to”."),
    ),
    C.EXCHANGE_ORDER: (
        _("The rate ends on %(last)s, before it begins on %(first)s."),
        _("Put the earlier day under “valid_from”."),
    ),
    C.EXCHANGE_GAINS: (
        _("From %(day)s on, time on “%(device_model)s” grows when it is exchanged round and back."),
        _("Lower a rate, so that the rates of no round multiply to more than one."),
    ),
    C.END_CURABLE: (
        _("“%(given)s” can be put right under “cure”, and ends an award at once here."),
        _("Take it out of one of the two lists."),
    ),
    C.INTEREST_TWICE: (
        _("Two rates of interest begin on %(day)s."),
        _("Keep one of them, or begin the other on another day."),
    ),
}
