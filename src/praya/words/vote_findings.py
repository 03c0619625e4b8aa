"""What is wrong with what is voted year by year, and what to do about it, in words."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from praya.core.programme.findings import FindingCode as C

TEXTS = {
    C.VOTE_ORDER: (
        _("The year ends on %(last)s, before it begins on %(first)s."),
        _("Put the earlier day under “from”."),
    ),
    C.VOTE_UNKNOWN_PURPOSE: (
        _("There is no purpose “%(given)s” in the envelope."),
        _("The purposes are: %(known)s."),
    ),
    C.VOTE_OVERLAP: (
        _("Another vote of this purpose counts on %(first)s already."),
        _("Let one year begin after the other has ended."),
    ),
    C.VOTE_SUM: (
        _("Up to this year %(sum)s is voted for “%(purpose)s”, which has %(amount)s."),
        _("Lower a vote, or raise the purpose."),
    ),
}
