"""What is sent to each address that changes something: the least that it takes.

Pages that are not here change nothing, and a test sees to that; endpoints that are not here take
nothing. A function gets the place.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from tests.access.notices import WISHES
from tests.access.people import PEOPLE
from tests.apps.applications.cases import ANSWERS
from tests.factories import minimal_programme_yaml

Body = dict[str, Any] | Callable[[Any], dict[str, Any]]
TEXT = {"text": "Because of the tide."}
REASON = {"reason": "Because of the tide."}
SCRIPT = {"cards": 1, "argv": ["true"], "time_limit_s": 60, "key": "walk"}
AMOUNT = {"number": 1, "cards": 16, "card_hours": 0}
DECISION = {"outcome": "award", "rate_bp": 7000, "reasons": "Ranked first.", "lines": [AMOUNT]}
ORGANISATION = {"name": "Reef House", "kind": "university", "place": "HK"}
CAPACITY = {"kind": "installed", "devices": 1, "first_on": "2026-04-01"}
RULES = minimal_programme_yaml(
    attachments=[{"code": "a", "name": {"en": "Slides"}}],
    effective_on="2026-04-01",
    limits={"cards_max": 65, "months_max": 24},
)
NEW_RULES = minimal_programme_yaml(code="mole", prefix="MOL", effective_on="2026-04-01")
PAYMENT = {
    "reference": "PIR-I0001",
    "amount": "1",
    "paid_on": "2026-03-02",
    "bank_reference": "walk-2",
}
PAID = {"paid_on": "2026-03-02", "bank_reference": "out-1"}
COST = {
    "cost": "rent",
    "origin": "domestic",
    "supplier": "Reef Clouds",
    "paid_on": "2026-02-03",
}
MARKS = {
    "marks": [{"criterion": "merit", "points": 4}, {"criterion": "plan", "points": 4}],
    "recommended": [AMOUNT],
    "comment": "Good.",
    "revision": 0,
}


def _person(place: Any) -> int:
    return place.things["programme"]["person_id"]


def _revised(place: Any) -> dict[str, Any]:
    return {"revision": place.things["draft"]["revision"]}


def _mapped(place: Any) -> dict[str, Any]:
    """An account that others made, and the award whose it is to become."""
    return {"account": "chemistry", "award": place.things["extended"]["code"], **REASON}


def _job_line(place: Any) -> str:
    return f"{place.things['award']['code']}:1"


PAGES: dict[str, Body] = {
    "/theme/": {"theme": "dark"},
    "/i18n/setlang/": {"language": "en"},
    "/me/": {"name": "Somebody", "language": ""},
    "/me/tokens/": {"name": "desk", "scope": "read", "days": "30"},
    "/organisations/register/": ORGANISATION,
    "/organisations/requests/<affiliation_id>/answer/": {"answer": "accept"},
    "/programmes/new/": {"text": NEW_RULES, "act": "apply", "after_number": "0"},
    "/programmes/<code>/rules/new/": {"text": RULES, "act": "apply", "after_number": "1"},
    "/programmes/<code>/people/": {"email": "spare@lab.example", "role": "auditor"},
    "/apply/<programme_code>/<call_code>/": lambda place: {
        "organisation": place.things["organisation"]["organisation_id"],
        "answers.no-other": "no",
        "begin": "1",
    },
    "/applications/<code>/edit/<step>/": {"title": "Kelp", "revision": "9", "anyway": "1"},
    "/applications/<code>/save/<step>/": lambda place: {"title": "Kelp", **_revised(place)},
    "/applications/<code>/check/": lambda place: {"declared": "truth", **_revised(place)},
    "/applications/<code>/withdraw/": TEXT,
    "/applications/<code>/questions/<question_id>/": TEXT,
    "/applications/<code>/questions/<question_id>/take-back/": TEXT,
    "/applications/<code>/pass/": TEXT,
    "/applications/<code>/reject/": TEXT,
    "/applications/<code>/return/": TEXT,
    "/applications/<code>/ask/": TEXT,
    "/reviews/<review_id>/": {"revision": "0", "points-merit": "4"},
    "/reviews/<review_id>/declare/": {"kind": "none"},
    "/reviews/<review_id>/save/": {"revision": "0", "points-merit": "4"},
    "/applications/<code>/reviews/assign/": lambda place: {"person_id": _person(place)},
    "/applications/<code>/reviews/close/": {"note": "Enough."},
    "/awards/<code>/accept/": {"number": "1", "agreed": "on"},
    "/awards/<code>/decline/": REASON,
    "/awards/<code>/lead/": {"email": PEOPLE["awle"], "reason": "On leave."},
    "/lead-changes/<change_id>/": {"act": "refuse", "reason": "The team is small."},
    "/awards/<code>/conditions/": {"act": "confirm", "number": "1", "evidence": "File 7"},
    "/awards/<code>/members/": {"email": "officer@wharf.example", "role": "member"},
    "/awards/<code>/suspend/": REASON,
    "/awards/<code>/resume/": REASON,
    "/awards/<code>/life/parts/<part>/": {"report": "The report of May."},
    "/awards/<code>/life/parts/<part>/close/": REASON,
    "/awards/<code>/life/parts/<part>/report/": lambda _: {"file": _document()},
    "/reports/<report_id>/return/": REASON,
    "/lines/<line>/plan/": {"2026-03": "60", "2026-04": "40", "reason": "Because of the tide."},
    "/finance/<code>/years/<purpose>/<first>/": REASON | {"act": "waive"},
    "/lines/<line>/bears/<matter>/": REASON | {"act": "waive"},
    "/lines/<line>/waive/<rule>/<mark>/": REASON,
    "/checks/<check_id>/reverse/": REASON,
    "/waivers/<waiver_id>/withdraw/": REASON,
    "/awards/<code>/changes/<kind>/": {
        "line": "1",
        "card_hours": "5",
        "reason": "More.",
        "act": "ask",
    },
    "/changes/<change_id>/": {"act": "grant", "reason": "It fits."},
    "/awards/<code>/notice/": {
        "kind": "suspension",
        "effective_on": "2026-04-30",
        "cause": "no-report",
        "reason": "None came.",
    },
    "/awards/<code>/acknowledge/": {},
    "/appeals/<against>/<key>/": {"ground": "new-facts", "text": "The tide has turned."},
    "/appeals/<appeal_id>/": {"act": "withdraw", "reason": ""},
    "/notices/<notice_id>/agree/": {},
    "/notices/<notice_id>/undo/": REASON,
    "/notices/<notice_id>/withdraw/": REASON,
    "/waiting-list/<code>/<application_code>/offer/": REASON,
    "/debts/<debt_id>/": {
        "act": "pay",
        "number": "1",
        "amount": "0.01",
        "paid_on": "2026-03-02",
    },
    "/applications/<code>/decide/": {
        "outcome": "award",
        "rate": "70",
        "reasons": "Ranked first.",
        "cards-1": "16",
    },
    "/applications/<code>/recuse/": REASON,
    "/applications/<code>/reopen/": {"text": "Cards came free."},
    "/applications/<code>/amounts/": {"cards-1": "16"},
    "/jobs/new/": lambda place: {
        "key": "walk",
        "line": _job_line(place),
        "cards": "1",
        "time_limit": "10m",
        "command": "true",
    },
    "/new-cluster/": {"code": "jetty", "name": "Jetty", "engine": "local"},
    "/cluster-users/<person_id>/": {"name": "awme2"},
    "/clusters/<code>/close/": {},
    "/clusters/<code>/held/": {"act": "check"},
    "/clusters/<code>/accounts/map/": _mapped,
    "/clusters/<code>/drift/<drift_id>/": {"act": "leave", **REASON},
    "/cluster-users/list/": {"rows": f"{PEOPLE['awma']},awma", "act": "say"},
    "/clusters/<code>/completeness/": {"from": "2026-03-01", "to": "2026-03-02"},
    "/clusters/<code>/partitions/new/": {"code": "extra", "device_model": "nvidia-h800"},
    "/clusters/<code>/partitions/<partition>/capacity/": CAPACITY,
    "/capacity/<window_id>/end/": {"last_on": "2026-12-31"},
    "/finance/<code>/book/": {},
    "/programmes/<code>/trail/": {},
    "/finance/<code>/corrections/new/": {"number": "1", "reason": "Twice."},
    "/finance/<code>/corrections/<correction_id>/": {"answer": "refuse"},
    "/finance/<code>/funding/new/": {"pool": "subsidy", "amount": "100", "reason": "More."},
    "/finance/<code>/funding/<request_id>/": {"answer": "approve"},
    "/finance/<code>/invoices/<month>/issue/": {},
    "/finance/<code>/invoices/ahead/": {},
    "/finance/<code>/payments/new/": PAYMENT,
    "/finance/<code>/periods/<month>/close/": {},
    "/awards/<code>/claims/": {},
    "/invoices/<code>/credit/": {"amount": "1", "reason": "Broken."},
    "/payments/<payment_id>/undo/": REASON,
    "/claims/<code>/lines/new/": lambda _: {**COST, "amount": "10", "file": _document()},
    "/claims/<code>/lines/<number>/remove/": {},
    "/claims/<code>/lines/<number>/assess/": {"accepted": "0", "reason": "Tax."},
    "/claims/<code>/submit/": {},
    "/claims/<code>/approve/": {},
    "/claims/<code>/reject/": REASON,
    "/claims/<code>/pay/": PAID,
    "/claims/<code>/pay/undo/": REASON,
    "/claims/<code>/approve/undo/": REASON,
    "/me/notices/": WISHES,
    "/letters/<letter_id>/": {"act": "cancel"},
    "/finance/<code>/hooks/": {"url": "https://ledger.example/again"},
    "/hooks/<hook_id>/": {"act": "pause"},
    "/me/tokens/<token_id>/revoke/": {},
    "/organisations/<organisation_id>/join/": {},
    "/organisations/<organisation_id>/leave/": {},
    "/organisations/people/<affiliation_id>/manager/": {},
    "/organisations/people/<affiliation_id>/end/": {},
    "/organisations/<organisation_id>/verify/": {},
    "/organisations/<organisation_id>/registration/": {"place": "CN-GD", "evidence": "The letter"},
    "/programmes/<code>/people/<appointment_id>/end/": {},
    "/reviews/<review_id>/withdraw/": {},
    "/members/<member_id>/remove/": {},
    "/committee/<code>/<round_id>/release/": {},
    "/decisions/<decision_id>/release/": {},
    "/jobs/<code>/cancel/": {},
    "/programmes/<code>/forecasts/new/": {"act": "ask", "seeds": "1", "days": "3"},
    "/forecasts/<code>/cancel/": {},
    "/forecasts/<code>/keep/": {"name": "Kept"},
    "/forecasts/<code>/forget/": {},
}
ENDPOINTS: dict[tuple[str, str], Body] = {
    ("PUT", "/me"): {"name": "Somebody"},
    ("POST", "/me/tokens"): {"name": "desk"},
    ("POST", "/people"): {
        "email": "fresh@pier.example",
        "name": "Fresh",
        "password": "a lantern in the fog",
    },
    ("PUT", "/me/notices"): {"topic": "use", "how": "off"},
    ("POST", "/programmes/<code>/hooks"): {"url": "https://ledger.example/again"},
    ("POST", "/hooks/<hook_id>/deliveries"): {"entry": 1},
    ("POST", "/organisations"): ORGANISATION,
    ("PUT", "/organisations/<organisation_id>/registration"): {
        "place": "CN-GD",
        "evidence": "The letter",
    },
    ("POST", "/join-requests/<affiliation_id>"): {"let_in": True},
    ("POST", "/programme-files/check"): {"source": RULES},
    ("POST", "/programme-files/apply"): {"source": RULES},
    ("POST", "/programmes/<code>/appointments"): {"email": "spare@lab.example", "role": "auditor"},
    ("POST", "/links/<code>/completeness"): {
        "first_on": "2026-03-01",
        "last_on": "2026-03-02",
    },
    ("POST", "/links/<code>/adoptions"): _mapped,
    ("POST", "/links/<code>/drift/<drift_id>/ignore"): REASON,
    ("POST", "/links/<code>/drift/<drift_id>/adopt"): REASON,
    ("POST", "/links"): {"code": "pontoon", "name": "Pontoon"},
    ("POST", "/unix-names/many"): {"names": [{"email": "spare@lab.example", "name": "spare"}]},
    ("PUT", "/unix-names"): {"email": "spare@lab.example", "name": "spare"},
    ("POST", "/clusters"): {"code": "jetty", "name": "Jetty"},
    ("POST", "/applications/<code>/reopen"): REASON,
    ("POST", "/clusters/<code>/partitions"): {"code": "extra", "device_model": "nvidia-h800"},
    ("POST", "/clusters/<code>/partitions/<partition>/capacity"): CAPACITY,
    ("POST", "/capacity/<window_id>/end"): {"last_on": "2026-12-31"},
    ("POST", "/programmes/<code>/eligibility"): {"kind": "university", "answers": ANSWERS},
    ("POST", "/applications"): lambda place: {
        "programme": "pier",
        "call": "rolling",
        "organisation_id": place.things["organisation"]["organisation_id"],
        "answers": ANSWERS,
    },
    ("PUT", "/applications/<code>/draft/<step>"): {"values": {"title": "Kelp"}, "revision": 9},
    ("POST", "/applications/<code>/submit"): lambda place: {
        "declarations": ["truth"],
        **_revised(place),
    },
    ("POST", "/applications/<code>/withdraw"): REASON,
    ("POST", "/applications/<code>/attachments"): lambda _: {
        "kind": "a",
        "file": _document(),
    },
    ("POST", "/applications/<code>/questions"): TEXT,
    ("POST", "/questions/<question_id>/answer"): TEXT,
    ("POST", "/questions/<question_id>/take-back"): REASON,
    ("POST", "/applications/<code>/return"): REASON,
    ("POST", "/applications/<code>/pass"): {"note": ""},
    ("POST", "/applications/<code>/fail"): REASON,
    ("PUT", "/reviews/<review_id>"): MARKS,
    ("POST", "/applications/<code>/reviews"): lambda place: {"person_id": _person(place)},
    ("POST", "/reviews/<review_id>/declaration"): {"kind": "none"},
    ("POST", "/reviews/<review_id>/submit"): lambda place: {
        "revision": place.things["review-marked"]["revision"]
    },
    ("POST", "/applications/<code>/reviews/close"): {"note": "Enough."},
    ("PUT", "/applications/<code>/proposal"): {"lines": [AMOUNT]},
    ("POST", "/applications/<code>/recusal"): REASON,
    ("POST", "/applications/<code>/decisions"): DECISION,
    ("POST", "/awards/<code>/accept"): {"agreement_number": 1},
    ("POST", "/awards/<code>/decline"): REASON,
    ("POST", "/awards/<code>/conditions/<number>/tell"): {"told": "Signed."},
    ("POST", "/awards/<code>/lead"): {"email": PEOPLE["awle"], **REASON},
    ("POST", "/lead-changes/<change_id>/answer"): {"agrees": True},
    ("POST", "/lead-changes/<change_id>/decision"): {"grants": False, **REASON},
    ("POST", "/lead-changes/<change_id>/undo"): REASON,
    ("POST", "/awards/<code>/conditions/<number>/confirm"): {"evidence": "File 7"},
    ("POST", "/awards/<code>/conditions/<number>/reopen"): REASON,
    ("POST", "/awards/<code>/members"): {"email": "officer@wharf.example"},
    ("POST", "/awards/<code>/suspend"): REASON,
    ("POST", "/awards/<code>/resume"): REASON,
    ("POST", "/awards/<code>/life/waivers"): lambda place: {
        "line": place.things["life"]["line"],
        "rule": "half",
        "mark": "after-50",
        **REASON,
    },
    ("PUT", "/awards/<code>/life/plan"): lambda place: {
        "line": place.things["life"]["line"],
        "months": {"2026-03": 60, "2026-04": 40},
        **REASON,
    },
    ("POST", "/awards/<code>/life/parts/<part>"): {"report": "The report of May."},
    ("POST", "/awards/<code>/life/parts/<part>/close"): REASON,
    ("POST", "/awards/<code>/life/parts/<part>/reports"): lambda _: {"file": _document()},
    ("POST", "/reports/<report_id>/return"): REASON,
    ("POST", "/awards/<code>/conditions/<number>/waive"): REASON,
    ("PUT", "/awards/<code>/meet-by"): {"meet_by": "2026-04-20", "reason": "The bank is closed."},
    ("POST", "/awards/<code>/take-up"): {"meet_by": "2026-04-20", "reason": "It was late."},
    ("POST", "/checks/<check_id>/reverse"): REASON,
    ("POST", "/programmes/<code>/years/<purpose>/<first_on>/waive"): REASON,
    ("POST", "/programmes/<code>/years/<purpose>/<first_on>/withdraw"): REASON,
    ("POST", "/lines/<line>/bearings/<matter>/waive"): REASON,
    ("POST", "/lines/<line>/bearings/<matter>/withdraw"): REASON,
    ("POST", "/waivers/<waiver_id>/withdraw"): REASON,
    ("POST", "/awards/<code>/changes"): {
        "kind": "supplement",
        "line": 1,
        "card_hours": 5,
        "reason": "More.",
    },
    ("POST", "/awards/<code>/changes/preview"): {
        "kind": "supplement",
        "line": 1,
        "card_hours": 5,
    },
    ("POST", "/changes/<change_id>/grant"): REASON,
    ("POST", "/changes/<change_id>/refuse"): REASON,
    ("POST", "/changes/<change_id>/undo"): REASON,
    ("POST", "/awards/<code>/notices"): {
        "kind": "suspension",
        "effective_on": "2026-04-30",
        "reason": "None came.",
    },
    ("POST", "/awards/<code>/notices/preview"): {"kind": "end", "cause": "no-report"},
    ("POST", "/appeals"): lambda place: {
        **place.things["contested"],
        "ground": "new-facts",
        "text": "The tide has turned.",
    },
    ("POST", "/appeals/<appeal_id>/uphold"): REASON,
    ("POST", "/appeals/<appeal_id>/reject"): REASON,
    ("POST", "/notices/<notice_id>/undo"): REASON,
    ("POST", "/notices/<notice_id>/withdraw"): REASON,
    ("POST", "/applications/<code>/offer"): REASON,
    ("POST", "/debts/<debt_id>/payments"): {
        "number": 1,
        "amount_minor": 1,
        "paid_on": "2026-03-02",
    },
    ("POST", "/debts/<debt_id>/payments/<number>/take-back"): REASON,
    ("PUT", "/debts/<debt_id>/owner"): {"email": "second.finance@pier.example"},
    ("POST", "/programmes/<code>/forecasts"): {"seeds": 1, "days": 3},
    ("POST", "/forecasts/<code>/keep"): {"name": "Kept"},
    ("POST", "/jobs"): lambda place: {"award": place.things["award"]["code"], **SCRIPT},
    ("POST", "/programmes/<code>/funding"): {
        "pool": "subsidy",
        "amount_minor": 100,
        "reason": "More.",
    },
    ("POST", "/funding/<request_id>/refuse"): REASON,
    ("POST", "/programmes/<code>/corrections/reversal"): {"number": 1, "reason": "Twice."},
    ("POST", "/programmes/<code>/corrections/adjustment"): {
        "source": "pool/subsidy",
        "target": "outside/subsidy",
        "commodity": "HKD",
        "amount": 1,
        "reason": "Too much.",
    },
    ("POST", "/corrections/<correction_id>/refuse"): REASON,
    ("POST", "/programmes/<code>/payments"): {
        "reference": "PIR-I0001",
        "amount_minor": 1,
        "paid_on": "2026-03-02",
        "bank_reference": "walk-2",
    },
    ("POST", "/invoices/<code>/credit"): {"amount_minor": 1, "reason": "Broken."},
    ("POST", "/payments/<payment_id>/undo"): REASON,
    ("POST", "/claims/<code>/lines"): lambda _: {
        **COST,
        "amount_minor": "10",
        "file": _document(),
    },
    ("POST", "/claims/<code>/lines/<number>/answer"): {"accepted_minor": 0, "reason": "Tax."},
    ("POST", "/claims/<code>/reject"): REASON,
    ("POST", "/claims/<code>/pay"): PAID,
    ("POST", "/claims/<code>/pay/undo"): REASON,
    ("POST", "/claims/<code>/approve/undo"): REASON,
}
BODIES: dict[tuple[str, str], Body] = {
    ("POST", address): body for address, body in PAGES.items()
} | {(method, f"/api/v1{path}"): body for (method, path), body in ENDPOINTS.items()}


def _document() -> BytesIO:
    document = BytesIO(b"%PDF-1.4\n% walked\n%%EOF\n")
    document.name = "slides.pdf"
    return document
