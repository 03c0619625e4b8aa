"""Programmes, machines, money and the records by API."""

from __future__ import annotations

import pytest
from tests.api.calling import problem
from tests.apps.usage.test_free_use import award_with, end
from tests.apps.usage.test_rounds import HOUR, Worker, submit
from tests.awarding import active_award, make_site
from tests.factories import appointed, make_admin, make_person, minimal_programme_yaml
from tests.fakes import ObedientEngine

from praya.core.actor import Role

pytestmark = pytest.mark.django_db
ADMIN = "admin@site.example"


def test_a_programme_file_is_checked_then_applied_once(caller, now):
    make_admin(now)
    admin, other = caller(ADMIN), caller("mei@pier.example")
    body = {"source": minimal_programme_yaml()}

    _status, preview = admin.post("/programme-files/check", body)
    assert (preview["programme"], preview["findings"], preview["refusal"]) == ("pier", [], None)
    assert other.post("/programme-files/check", body)[1]["refusal"]["code"] == "access.not_allowed"
    assert problem(other.post("/programme-files/apply", body)) == (403, "access.not_allowed")
    status, version = admin.post("/programme-files/apply", body | {"after_number": 0})
    assert (status, version["number"]) == (201, 1)
    appointed("pier", Role.OFFICER, now)
    changed = {"source": minimal_programme_yaml(name={"en": "Pier"}), "after_number": 0}
    officer = caller("officer@pier.example")
    assert problem(officer.post("/programme-files/apply", changed)) == (409, "form.stale")
    assert [one["number"] for one in caller().get("/programmes/pier/rules")[1]] == [1]


def test_mistakes_of_a_file_come_with_their_places(caller):
    body = {"source": minimal_programme_yaml(currency="HKDOLLARS"), "file": "pier.yaml"}

    _status, preview = caller("mei@pier.example").post("/programme-files/check", body)

    [finding] = preview["findings"]
    assert (finding["file"], finding["line"], finding["code"]) == (
        "pier.yaml",
        12,
        "currency.wrong",
    )
    assert "HKDOLLARS" in finding["sentence"]


def test_a_site_admin_appoints_and_ends(caller, now, programme):
    make_person("mei@pier.example")
    admin = caller(ADMIN)
    path = "/programmes/pier/appointments"

    status, made = admin.post(path, {"email": "mei@pier.example", "role": "officer"})
    assert (status, made["role"]) == (201, "officer")
    assert caller("mei@pier.example").get("/me")[1]["appointments"] == [
        {"programme": "pier", "role": "officer", "role_word": "officer"}
    ]
    assert admin.delete(f"/appointments/{made['id']}")[1]["until"] is not None


def test_machines_are_added_and_counted(caller, programme):
    admin = caller(ADMIN)

    assert admin.post("/clusters", {"code": "quay", "name": "Quay"})[0] == 201
    partition = {"code": "h800", "device_model": "nvidia-h800"}
    assert admin.post("/clusters/quay/partitions", partition)[0] == 201
    path = "/clusters/quay/partitions/h800/capacity"
    window = {"kind": "installed", "devices": 16, "first_on": "2026-01-01"}
    status, made = admin.post(path, window)
    assert (status, made["devices"]) == (201, 16)
    assert admin.post(path, window | {"first_on": "0001-01-01"})[0] == 422
    _status, cluster = admin.get("/clusters/quay")
    assert cluster["partitions"][0]["installed"] == 16
    ended = admin.post(f"/capacity/{made['id']}/end", {"last_on": "2026-12-31"})
    assert ended[1]["last_on"] == "2026-12-31"
    assert cluster["closed_at"] is None
    closed = [admin.post("/clusters/quay/close") for _ in range(2)]
    assert [status for status, _ in closed] == [200, 200]
    assert closed[0][1]["closed_at"] == closed[1][1]["closed_at"] is not None
    assert admin.post("/clusters/nowhere/close")[0] == 404


def test_funding_takes_two_people(caller, now, programme):
    appointed("pier", Role.OFFICER, now)
    appointed("pier", Role.FINANCE, now)
    officer, finance = caller("officer@pier.example"), caller("finance@pier.example")

    wish = {"pool": "subsidy", "amount_minor": 5_000_00, "reason": "first year"}
    ask = "/programmes/pier/funding"
    elsewhere = officer.post(ask, {**wish, "pool": "subsidies"})
    assert problem(elsewhere) == (409, "programme.unknown_purpose")
    assert "They know: subsidy" in elsewhere[1]["message"]
    assert problem(finance.post(ask, wish)) == (403, "access.not_allowed")
    status, made = officer.post(ask, wish)
    assert (status, made["state"]) == (201, "asked")
    approve = f"/funding/{made['id']}/approve"
    assert problem(officer.post(approve)) == (403, "access.not_allowed")
    assert finance.post(approve)[1]["state"] == "approved"
    assert finance.get("/programmes/pier/pools")[1] == [
        {
            "pool": "subsidy",
            "commodity": "HKD",
            "funded": 5_000_00,
            "committed": 0,
            "settled": 0,
            "free": 5_000_00,
        }
    ]
    assert problem(caller("else@pier.example").get("/programmes/pier/pools")) == (
        403,
        "access.not_allowed",
    )


def test_the_book_and_the_trail_are_proved(caller, now):
    make_site(now)
    appointed("pier", Role.AUDITOR, now)
    auditor, other = caller("auditor@pier.example"), caller("else@pier.example")

    _status, proof = auditor.get("/programmes/pier/book/proof")
    assert (proof["holds"], proof["entries"], proof["findings"]) == (True, 1, [])
    assert auditor.get("/programmes/pier/book")[1]["sha256"] == proof["sha256"]
    _status, entries = auditor.get("/programmes/pier/entries")
    assert [one["kind"] for one in entries["items"]] == ["fund"]
    _status, trail = auditor.get("/trail/proof")
    assert (trail["holds"], trail["broken_at"]) == (True, None)
    _status, lines = auditor.get("/programmes/pier/trail", limit=1)
    assert len(lines["items"]) == 1
    for path in ("/programmes/pier/book/proof", "/programmes/pier/trail", "/trail/proof"):
        assert problem(other.get(path)) == (403, "access.not_allowed")


def test_public_figures_and_awards_are_for_everybody(caller, now):
    award = active_award(now)
    anybody = caller()

    assert anybody.get("/programmes/pier/figures") == (
        200,
        {"as_of": None, "figures": [], "series": {}, "definitions": {}},
    )
    _status, page = anybody.get("/programmes/pier/public-awards")
    assert [one["code"] for one in page["items"]] == [award.code]
    assert problem(anybody.get("/programmes/none/figures")) == (404, "access.not_found")


def test_an_empty_statement_adds_up_to_nothing(caller, now):
    award = active_award(now)
    lead = caller("lead@pier.example")

    status, found = lead.get(f"/awards/{award.code}/statements/2026-03")
    assert (status, found["charges"], found["list_minor"]) == (200, [], 0)
    assert lead.get(f"/awards/{award.code}/statements") == (200, [])
    assert lead.raw(f"/awards/{award.code}/statements/2026-03/pdf").content.startswith(b"%PDF")
    assert lead.get(f"/awards/{award.code}/statements/2026-13")[0] == 422


def test_a_statement_says_which_charges_were_free_use(caller, now):
    award = award_with(now, hours=1, percent_max=300)
    worker = Worker(ObedientEngine(now), now)
    free = submit(award, now, cards=3, time_limit_s=HOUR)
    worker.schedule(), worker.track()
    worker.pass_time(600)
    end(worker, free)

    _status, found = caller("lead@pier.example").get(f"/awards/{award.code}/statements/2026-03")

    [charge] = found["charges"]
    assert (charge["is_free_use"], charge["card_seconds"], charge["own_minor"]) == (True, 1800, 0)
