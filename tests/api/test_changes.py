"""Changes, notices, debts and the waiting list by API."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.apps.changes.changing import changing_award, staff, use

from praya.core.actor import Role

pytestmark = pytest.mark.django_db
LEAD, OFFICER, FINANCE = "lead@pier.example", "officer@pier.example", "finance@pier.example"


@pytest.fixture
def award(now):
    return changing_award(now)


def test_a_change_is_previewed_asked_granted_and_undone(caller, award, now):
    staff(Role.OFFICER, now, "second@pier.example")
    lead, officer, second = caller(LEAD), caller(OFFICER), caller("second@pier.example")
    wish = {"kind": "supplement", "line": 1, "card_hours": 50}
    changes = f"/awards/{award.code}/changes"

    status, shown = lead.post(f"{changes}/preview", wish)
    assert (status, shown["refused"], shown["lines"][0]["card_seconds"]) == (200, "", 150 * 3600)
    _status, refused = lead.post(f"{changes}/preview", wish | {"card_hours": 51})
    assert (refused["refused"], refused["lines"]) == ("change.above_ceiling", [])

    assert problem(lead.post(changes, wish | {"reason": ""})) == (409, "change.reason_missing")
    status, asked = lead.post(changes, wish | {"reason": "The tides took longer."})
    assert (status, asked["state"], asked["wish"]) == (201, "asked", {"line": 1, "card_hours": 50})
    one = f"/changes/{asked['id']}"
    assert problem(lead.post(f"{one}/grant", {"reason": ""})) == (403, "access.not_allowed")
    _status, granted = officer.post(f"{one}/grant", {"reason": "It fits."})
    assert (granted["state"], granted["agreement_number"], len(granted["entries"])) == (
        "granted",
        2,
        1,
    )
    own = officer.post(f"{one}/undo", {"reason": "The wrong line."})
    assert problem(own) == (409, "change.same_person")
    _status, undone = second.post(f"{one}/undo", {"reason": "The wrong line."})
    assert (undone["state"], undone["agreement_number"]) == ("undone", 3)
    status, read = lead.post(f"/awards/{award.code}/agreements/3/acknowledge")
    assert (status, read["accepted_at"] is not None) == (200, True)
    _status, listed = lead.get("/changes")
    assert [each["id"] for each in listed["items"]] == [asked["id"]]


def test_a_debt_is_claimed_paid_and_listed_with_its_age(caller, award, now):
    use(award, now, hours=40)
    officer, finance = caller(OFFICER), caller(FINANCE)
    wish = {"kind": "recovery", "formula": "all", "cause": "resale", "reason": "It was sold on."}
    _status, asked = officer.post(f"/awards/{award.code}/changes", wish)
    finance.post(f"/changes/{asked['id']}/grant", {"reason": "So it was."})

    _status, listed = finance.get("/programmes/pier/debts")
    (debt,) = listed["items"]
    assert (debt["owed_minor"], debt["cause"], debt["age"]) == (840_00, "resale", "to-30")
    payment = {"number": 1, "amount_minor": 500_00, "paid_on": f"{now:%Y-%m-%d}"}
    for _twice in range(2):
        _status, left = finance.post(f"/debts/{debt['id']}/payments", payment)
        assert left["owed_minor"] == 340_00
    again = finance.post(f"/debts/{debt['id']}/payments", payment | {"amount_minor": 1})
    assert problem(again) == (409, "book.key_reused")
    assert problem(officer.put(f"/debts/{debt['id']}/owner", {"email": OFFICER})) == (
        403,
        "access.not_allowed",
    )


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "gift"},
        {"kind": "supplement", "line": 0, "card_hours": 5},
        {"kind": "supplement", "line": 1, "card_hours": 10**10},
        {"kind": "extension", "last_on": "2027-02-30"},
        {"kind": "extension", "last_on": "9999-01-01"},
        {"kind": "write-off", "debt": -1, "authority": "Minute 3"},
        {"kind": "reduction", "line": 1, "card_hours": 1, "pool": "\0"},
    ],
)
def test_wishes_that_make_no_sense_are_told_field_by_field(caller, award, wish):
    status, _told = caller(LEAD).post(f"/awards/{award.code}/changes", {"reason": "x", **wish})

    assert status == 422


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"kind": "supplement", "line": 9, "card_hours": 5}, "change.line_unknown"),
        ({"kind": "supplement", "line": 3, "card_hours": 5}, "change.on_lease"),
        ({"kind": "supplement", "line": 1}, "book.amount_not_positive"),
        ({"kind": "supplement", "line": 1, "card_hours": -5}, "book.amount_not_positive"),
        ({"kind": "transfer", "line": 1, "to_line": 1, "card_hours": 5}, "book.same_line"),
        ({"kind": "transfer", "line": 1, "card_hours": 5}, "change.line_unknown"),
        ({"kind": "transfer", "line": 1, "to_line": 2, "card_hours": 101}, "book.exhausted"),
        ({"kind": "exchange", "line": 1, "card_hours": 5}, "change.no_rate"),
        ({"kind": "extension"}, "change.nothing_to_extend"),
        ({"kind": "extension", "last_on": "2026-03-31"}, "change.nothing_to_extend"),
        ({"kind": "extension", "last_on": "2028-01-01"}, "change.too_many_months"),
        ({"kind": "renewal", "last_on": "2026-03-31"}, "change.nothing_to_extend"),
    ],
)
def test_bad_wishes_are_refused_with_a_code(caller, award, wish, code):
    answer = caller(LEAD).post(f"/awards/{award.code}/changes", {"reason": "x", **wish})

    assert problem(answer) == (409, code)
