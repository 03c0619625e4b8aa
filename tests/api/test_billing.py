"""A month is closed, invoiced and paid by API; a claim goes its way."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from tests.apps.billing.cases import MARCH, House, make_house
from tests.apps.billing.test_claims import PDF, RULES
from tests.factories import person_behind

API = "/api/v1"


@pytest.fixture(autouse=True)
def _in_march(monkeypatch):
    from praya.words import clock

    monkeypatch.setattr(clock, "now", lambda: MARCH)


def caller(by) -> Client:
    client = Client()
    client.force_login(person_behind(by))
    return client


def sent(client: Client, path: str, body: object = None):
    return client.post(f"{API}{path}", body or {}, content_type="application/json")


def test_a_month_is_closed_invoiced_and_paid(db):
    house: House = make_house()
    finance, lead = caller(house.finance), caller(house.lead)

    closed = sent(finance, "/programmes/pier/periods/2026-02/close").json()
    assert closed["month"] == "2026-02"
    assert all(check["is_right"] for check in closed["checks"])
    [invoice] = sent(finance, "/programmes/pier/periods/2026-02/invoices").json()["issued"]
    assert (invoice["code"], invoice["amount_minor"], invoice["open_minor"]) == (
        "PIR-I0001",
        432_000,
        432_000,
    )
    payment = {
        "reference": "PIR-I0001",
        "amount_minor": 432_001,
        "paid_on": "2026-03-02",
        "bank_reference": "b1",
    }
    refused = sent(finance, "/programmes/pier/payments", payment)
    assert (refused.status_code, refused.json()["code"]) == (409, "book.invoice_overpaid")
    payment["amount_minor"] = 432_000
    made = sent(finance, "/programmes/pier/payments", payment)
    assert made.status_code == 201
    assert sent(finance, "/programmes/pier/payments", payment).json() == made.json()

    seen = lead.get(f"{API}/invoices/PIR-I0001").json()
    assert (seen["open_minor"], len(seen["payments"])) == (0, 1)
    assert lead.get(f"{API}/invoices/PIR-I0001/pdf").content.startswith(b"%PDF-")
    assert finance.get(f"{API}/programmes/pier/ageing").json() == []
    assert [one["month"] for one in finance.get(f"{API}/programmes/pier/periods").json()] == [
        "2026-02"
    ]


def test_a_claim_goes_its_way(db, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    lead, one, other = (caller(by) for by in (house.lead, house.finance, house.other_finance))
    code = sent(lead, f"/awards/{house.award.code}/claims").json()["code"]
    evidence = BytesIO(PDF)
    evidence.name = "invoice.pdf"
    cost = {
        "cost": "rent",
        "origin": "domestic",
        "supplier": "Reef Clouds",
        "paid_on": "2026-02-03",
        "amount_minor": "100000",
        "file": evidence,
    }
    assert lead.post(f"{API}/claims/{code}/lines", cost).status_code == 201
    assert sent(lead, f"/claims/{code}/submit").json()["share_minor"] == 66_666
    answer = {"accepted_minor": 60_000, "reason": "Tax."}
    assert sent(one, f"/claims/{code}/lines/1/answer", answer).status_code == 200
    refused = sent(one, f"/claims/{code}/approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "claim.same_person")
    assert sent(other, f"/claims/{code}/approve").json()["state"] == "approved"
    paid = {"paid_on": "2026-03-02", "bank_reference": "out-1"}
    assert sent(one, f"/claims/{code}/pay", paid).json()["state"] == "paid"

    [listed] = one.get(f"{API}/programmes/pier/claims").json()["items"]
    assert (listed["accepted_minor"], listed["paid_on"]) == (60_000, "2026-03-02")

    why = {"reason": "It came back."}
    refused = sent(one, f"/claims/{code}/pay/undo", why)
    assert (refused.status_code, refused.json()["code"]) == (409, "claim.undo_same_person")
    assert sent(other, f"/claims/{code}/pay/undo", why).json()["state"] == "approved"
    assert sent(one, f"/claims/{code}/approve/undo", why).json()["state"] == "submitted"
    seen = lead.get(f"{API}/claims/{code}").json()
    assert [undone["step"] for undone in seen["undoings"]] == ["payment", "approval"]
