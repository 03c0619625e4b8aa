"""Changes, notices, debts and the waiting list by API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.api.calling import problem
from tests.apps.changes.changing import changing_award, staff, use
from tests.apps.changes.test_offering_from import sent_over, wait_listed
from tests.awarding import Given, active_award

from praya.apps.awards.models import Award
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


def test_an_end_at_once_is_asked_and_granted_by_two_and_any_other_noticed(caller, now):
    rule = {"causes": ["sanctions"], "granted_by": "officer"}
    award = changing_award(now, end_at_once=rule)
    staff(Role.OFFICER, now, "second@pier.example")
    officer, second = caller(OFFICER), caller("second@pier.example")
    changes, notices = (f"/awards/{award.code}/{name}" for name in ("changes", "notices"))

    _status, shown = officer.post(f"{notices}/preview", {"kind": "end", "cause": "resale"})
    assert (shown["earliest"], shown["leases"]) == ("2026-03-16", [f"{award.code}.3"])
    assert {"account": "pool/subsidy", "commodity": "HKD", "amount": 210_000} in shown["postings"]
    refused = officer.post(changes, {"kind": "end", "cause": "resale", "reason": "It was sold."})
    assert problem(refused) == (409, "change.cause_needs_notice")

    wish = {"kind": "end", "cause": "sanctions", "reason": "The list of May."}
    _status, asked = officer.post(changes, wish)
    grant = f"/changes/{asked['id']}/grant"
    assert problem(officer.post(grant, {"reason": ""})) == (409, "change.same_person")
    assert second.post(grant, {"reason": ""})[1]["state"] == "granted"
    assert second.get(f"/awards/{award.code}")[1]["state"] == "ended"


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
    back = f"/debts/{debt['id']}/payments/1/take-back"
    assert problem(finance.post(back, {"reason": "Ours."})) == (409, "change.same_payer")
    staff(Role.FINANCE, now, "fen@pier.example")
    _status, owed = caller("fen@pier.example").post(back, {"reason": "Another's."})
    assert owed["owed_minor"] == 840_00
    assert problem(officer.put(f"/debts/{debt['id']}/owner", {"email": OFFICER})) == (
        403,
        "access.not_allowed",
    )


def test_an_offer_names_the_purpose_that_pays_it(caller, award, now):
    case = wait_listed(now)
    sent_over(award, now, hours=80)
    officer = caller(OFFICER)

    _status, listed = officer.get("/programmes/pier/waiting-list", pool="outreach")
    assert (listed["pool"], listed["left_minor"]) == ("outreach", 80 * 21_00)
    assert [one["pool"] for one in listed["pools"]] == ["subsidy", "outreach"]
    assert listed["cases"][0]["next_from"] == ["subsidy", "outreach"]
    unknown = officer.get("/programmes/pier/waiting-list", pool="sea")
    assert problem(unknown) == (409, "change.pool_unknown")
    offer, why = f"/applications/{case.code}/offer", {"reason": "It came back."}
    assert problem(officer.post(offer, why | {"pool": "sea"})) == (409, "change.pool_unknown")
    status, made = officer.post(offer, why | {"pool": "outreach"})

    assert (status, officer.get(f"/awards/{made['award']}")[1]["pool"]) == (201, "outreach")


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


def test_a_notice_is_contested_and_the_appeal_answered(caller, now):
    changing_award(now, appeal={"within_days": 14})
    others = "second@pier.example", "third@pier.example"
    for email in others:
        staff(Role.OFFICER, now, email)
    lead, officer, second, third = map(caller, (LEAD, OFFICER, *others))
    told = {"kind": "end", "effective_on": "2026-03-20", "cause": "resale", "reason": "Sold on."}
    _status, notice = officer.post("/awards/PIR-0001/notices", told)
    assert second.post(f"/notices/{notice['id']}/agree")[1]["state"] == "given"
    said = {"against": "notice", "key": str(notice["id"]), "text": "It was not."}

    assert problem(lead.post("/appeals", said | {"ground": "mood"}))[0] == 422
    status, made = lead.post("/appeals", said | {"ground": "misreading"})

    assert (status, made["state"], made["due_on"]) == (201, "open", "2026-04-01")
    one = f"/appeals/{made['id']}"
    for decider in (officer, second):
        assert decider.get(one)[1]["may_answer"] is False
        refused = problem(decider.post(f"{one}/reject", {"reason": "x"}))
        assert refused == (409, "appeal.same_person")
    assert third.get("/appeals?state=open")[1]["items"][0]["id"] == made["id"]
    _status, upheld = third.post(f"{one}/uphold", {"reason": "So it seems."})
    assert (upheld["state"], upheld["answer"]) == ("upheld", "So it seems.")
    assert lead.get("/awards/PIR-0001/notices")[1] == []
    undo = third.post(f"/notices/{notice['id']}/undo", {"reason": "x"})
    assert problem(undo) == (409, "notice.not_undoable")
    assert problem(lead.post(f"{one}/withdraw")) == (409, "appeal.not_open")


def test_what_will_be_set_off_is_listed_for_who_keeps_the_debts(caller, now):
    award = changing_award(
        now, recovery={"due_days": 30, "set_off": {"percent_max": 50, "warn_days": 0}}
    )
    use(award, now)
    officer, finance = caller(OFFICER), caller(FINANCE)
    wish = {"kind": "recovery", "formula": "all", "cause": "resale", "reason": "It was sold on."}
    _status, asked = officer.post(f"/awards/{award.code}/changes", wish)
    finance.post(f"/changes/{asked['id']}/grant", {"reason": "So it was."})
    assert finance.get("/programmes/pier/bearings")[1] == []
    after = active_award(now + timedelta(hours=1), lines=[Given(hours=60)])
    Award.objects.filter(pk=after.pk).update(organisation=award.organisation)

    (ahead,) = finance.get("/programmes/pier/bearings")[1]

    assert (ahead["line"], ahead["on"], ahead["amount_minor"]) == (
        f"{after.code}.1",
        "2026-04-02",
        630_00,
    )
    assert ahead["card_seconds"] == 30 * 3600
