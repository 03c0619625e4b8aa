"""What nobody sees or does in the walk, each with the reason: the lists are to stay short."""

from __future__ import annotations

# Addresses that never answer with a page, and why.
_ONLY_SENT_TO = "a form on another page is sent there"
_SENT_ON = "leads on to another page"
NEVER_SHOWN = {
    "/applications/<code>/edit/": _SENT_ON,
    "/desk/": _SENT_ON,
    "/finance/": _SENT_ON,
    "/account/2fa/webauthn/login/": _ONLY_SENT_TO,
    "/account/login/code/confirm/": "nobody signs in by a code",
    "/account/password/set/": "everybody has a password, and changes it elsewhere",
    "/applications/<code>/reviews/assign/": _ONLY_SENT_TO,
    "/applications/<code>/reviews/close/": _ONLY_SENT_TO,
    "/applications/<code>/save/<step>/": _ONLY_SENT_TO,
    "/claims/<code>/lines/<number>/remove/": _ONLY_SENT_TO,
    "/i18n/setlang/": _ONLY_SENT_TO,
    "/organisations/<organisation_id>/join/": _ONLY_SENT_TO,
    "/organisations/requests/<affiliation_id>/answer/": _ONLY_SENT_TO,
    "/reviews/<review_id>/declare/": _ONLY_SENT_TO,
    "/reviews/<review_id>/save/": _ONLY_SENT_TO,
    "/theme/": _ONLY_SENT_TO,
}

# Changes that nobody does.
_COOKIE = "kept in a cookie"
_ANSWERS = "answers a question and changes nothing"
_NOT_WAIVED = "nothing is waived in the place; tests/apps/changes and billing take waivers back"
_INVOICED = "the closed month of the place has its invoices; tests/apps/billing make them"
DONE_BY_NOBODY = {
    "POST /theme/": _COOKIE,
    "POST /finance/<code>/book/": _ANSWERS,
    "POST /programmes/<code>/trail/": _ANSWERS,
    "POST /api/v1/awards/<code>/changes/preview": _ANSWERS,
    "POST /api/v1/awards/<code>/notices/preview": _ANSWERS,
    "POST /api/v1/programme-files/check": _ANSWERS,
    "POST /api/v1/programmes/<code>/eligibility": _ANSWERS,
    "POST /api/v1/lines/<line>/bearings/<matter>/withdraw": _NOT_WAIVED,
    "POST /api/v1/programmes/<code>/years/<purpose>/<first_on>/withdraw": _NOT_WAIVED,
    "POST /finance/<code>/invoices/<month>/issue/": _INVOICED,
    "POST /finance/<code>/invoices/ahead/": _INVOICED,
    "POST /api/v1/programmes/<code>/invoices/ahead": _INVOICED,
    "POST /api/v1/programmes/<code>/periods/<month>/invoices": _INVOICED,
}
