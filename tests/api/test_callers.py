"""Who may call: tokens, sessions, and what is said to the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.api.calling import Caller, problem
from tests.factories import PASSWORD, make_admin, make_person

from praya.apps.people.commands import make_token, revoke_token
from praya.apps.people.models import AuditLine, Token
from praya.apps.people.rules import TokenOutlivesMaker, TokenScope
from praya.apps.programmes.queries import actor_for
from praya.words import clock

pytestmark = pytest.mark.django_db
MEI = "mei@pier.example"


def test_a_token_stands_for_its_person(caller):
    status, me = caller(MEI).get("/me")

    assert (status, me["email"], me["appointments"]) == (200, MEI, [])


def test_a_caller_is_called_in_the_language_asked_for(client, now):
    make_admin(now)
    admin = make_person("admin@site.example")
    admin.name, admin.name_zh = "Ada Pang", "彭雅達"
    admin.save()
    client.force_login(admin)

    def said(language):
        me = client.get("/api/v1/me", headers={"Accept-Language": language}).json()
        [role] = me["appointments"]
        return me["called"], me["name"], role["role"], role["role_word"]

    assert said("en") == ("Ada Pang", "Ada Pang", "admin", "site administrator")
    assert said("zh-hant")[:3] == ("彭雅達", "Ada Pang", "admin")


def test_the_day_a_token_was_last_used_is_kept(caller, now):
    mei = caller(MEI)
    mei.get("/me")

    assert mei.get("/me/tokens")[1][0]["last_used_on"] == now.date().isoformat()


def test_nobody_and_a_made_up_token_are_not_signed_in(caller):
    for one in (caller(), Caller(Client(), "praya_made-up")):
        assert problem(one.get("/me")) == (401, "http.401")
        assert problem(one.post("/me/tokens", {"name": "x"})) == (401, "http.401")


def test_a_token_ends_with_its_days(caller, monkeypatch, now):
    mei = caller(MEI)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=30))

    assert problem(mei.get("/me")) == (401, "http.401")


def test_a_revoked_token_is_good_no_more(caller):
    mei = caller(MEI)
    _status, tokens = mei.get("/me/tokens")

    status, revoked = mei.delete(f"/me/tokens/{tokens[0]['id']}")

    assert (status, revoked["name"], revoked["revoked_at"] is not None) == (200, "tests", True)
    assert problem(mei.get("/me")) == (401, "http.401")


def test_a_token_for_reading_changes_nothing(caller):
    reader = caller(MEI, scope=TokenScope.READ)

    assert reader.get("/me/tokens")[0] == 200
    assert problem(reader.post("/me/tokens", {"name": "more"})) == (403, "http.403")
    assert len(reader.get("/me/tokens")[1]) == 1


def test_a_session_reads_and_changes_only_with_the_forms_token():
    make_person(MEI)
    browser = Client(enforce_csrf_checks=True)
    assert browser.login(email=MEI, password=PASSWORD)

    assert browser.get("/api/v1/me").json()["email"] == MEI
    refused = browser.post("/api/v1/me/tokens", {"name": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "http.403")
    browser.get("/account/login/")
    made = browser.post(
        "/api/v1/me/tokens",
        {"name": "from a page"},
        content_type="application/json",
        headers={"X-CSRFToken": browser.cookies["csrftoken"].value},
    )
    assert (made.status_code, made.json()["name"]) == (201, "from a page")


def test_the_language_asked_for_is_the_language_answered(caller):
    mei = caller(MEI)
    mei.headers["Accept-Language"] = "zh-Hant"

    answer = mei.client.get("/api/v1/awards/NONE-1", headers=mei.headers)

    assert answer.status_code == 404
    assert answer.headers["Content-Language"] == "zh-hant"


@pytest.mark.parametrize(
    ("query", "status"),
    [({"limit": 201}, 422), ({"limit": 0}, 422), ({"after": "x"}, 422), ({"limit": 200}, 200)],
)
def test_a_page_has_a_longest_length(caller, query, status):
    assert caller(MEI).get("/jobs", **query)[0] == status


def test_a_name_is_no_longer_than_is_kept(caller):
    mei = caller(MEI)

    assert mei.put("/me", {"name": "M" * 200, "language": "en"})[0] == 200
    assert mei.put("/me", {"name": "M" * 201, "language": "en"})[0] == 422
    register = {"name_zh": "埗" * 201, "kind": "university"}
    assert mei.post("/organisations", register)[0] == 422


def test_what_no_database_keeps_is_refused(caller):
    mei = caller(MEI)

    for name in ("a\0b", "a" * 101, ""):
        status, body = mei.post("/me/tokens", {"name": name})
        assert (status, body["code"]) == (422, "input.invalid")
        assert body["facts"]["faults"][0]["where"].endswith("name")


def test_what_is_no_json_and_no_address_is_a_problem(caller):
    mei = caller(MEI)

    answer = mei.client.post(
        "/api/v1/me/tokens", "{", content_type="application/json", headers=mei.headers
    )
    assert problem((answer.status_code, answer.json())) == (400, "http.400")


def test_a_body_that_is_too_large_is_a_problem(caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert problem(caller(MEI).post("/me/tokens", {"name": "x" * 2000})) == (413, "input.too_big")


def test_a_token_made_with_a_token_ends_with_it(caller, now):
    mei = caller(MEI)
    [own] = mei.get("/me/tokens")[1]

    for days in (31, 365):
        assert problem(mei.post("/me/tokens", {"name": "longer", "days": days})) == (
            409,
            "people.token_outlives_maker",
        )
    ends = [
        mei.post("/me/tokens", {"name": "as long"} | days)[1]["expires_at"]
        for days in ({}, {"days": 30})
    ]
    status, shorter = mei.post("/me/tokens", {"name": "shorter", "days": 2, "scope": "write"})

    assert ends == [own["expires_at"]] * 2
    assert status == 201
    child = Caller(Client(), shorter["token"])
    assert problem(child.post("/me/tokens", {"name": "x", "days": 3}))[0] == 409
    grandchild = Caller(Client(), child.post("/me/tokens", {"name": "x"})[1]["token"])
    assert mei.delete(f"/me/tokens/{shorter['id']}")[0] == 200
    for one in (child, grandchild):
        assert problem(one.get("/me")) == (401, "http.401")
    assert mei.get("/me")[0] == 200
    revoked = AuditLine.objects.filter(action="token.revoked").order_by("id")
    named = dict(Token.objects.values_list("pk", "name"))
    assert [named[int(line.subject_key)] for line in revoked] == ["shorter", "x"]


def test_a_token_revoked_meanwhile_makes_none(caller, now):
    mei = caller(MEI)
    mei.get("/me")
    token = Token.objects.get()
    by = actor_for(token.person, now)
    revoke_token(token_id=token.pk, by=by, now=now)

    with pytest.raises(TokenOutlivesMaker):
        make_token(
            person_id=token.person_id,
            name="late",
            scope=TokenScope.READ,
            days=None,
            by=by,
            now=now,
            made_with=token.pk,
        )

    assert Token.objects.count() == 1


def test_a_token_made_on_the_site_stands_for_itself(client, now):
    client.force_login(make_person(MEI))

    made = client.post("/api/v1/me/tokens", {"name": "x"}, content_type="application/json").json()

    ends = (now + timedelta(days=90)).isoformat().replace("+00:00", "Z")
    assert (made["expires_at"], Token.objects.get().made_with) == (ends, None)
