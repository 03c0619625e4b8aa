"""What is wrong with the rules on the life of an award, in plain language."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from praya.core.programme.findings import FindingCode as C

TEXTS = {
    C.LIFE_NO_DAY: (
        _("This cut has no day on which it looks."),
        _("Give it days under “on_days”, or a share of the days as “after_percent”."),
    ),
    C.LIFE_UNKNOWN_POOL: (
        _("“%(given)s” is none of the envelope’s purposes."),
        _("Write one of: %(known)s; or leave it out, and it goes back where it came from."),
    ),
    C.TIER_TWICE: (
        _("There are two rows for use below %(below)s %%."),
        _("Keep one of them."),
    ),
    C.TIER_ORDER: (
        _("Use below %(lower)s %% costs less than use below %(below)s %%."),
        _("Let less use cost more, or as much."),
    ),
    C.TRANCHE_SUM: (
        _("The parts of a grant add up to %(sum)s %%."),
        _("Change a share so that they add up to 100."),
    ),
    C.PAID_AHEAD_UNFIT: (
        _("The own share cannot be paid before use here."),
        _("Write “payment: invoice”, and “shapes: [card-hours]” under “limits”."),
    ),
    C.TRANCHE_REPORT: (
        _("The part “%(tranche)s” is the first and has a report, or is a later one and has none."),
        _("The first part is open from the start; name the report that opens each later one."),
    ),
}
