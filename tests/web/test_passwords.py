"""A new password, and the tokens that are in force when it is set."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.factories import PASSWORD, make_person

from praya.apps.people.commands import make_token, revoke_token
from praya.apps.people.models import AuditLine, Token
from praya.apps.people.rules import TokenScope
from praya.core.actor import Actor
from praya.words import clock

pytestmark = pytest.mark.django_db
MEI = "mei@pier.example"
FRESH = "a lantern in the fog"


@pytest.fixture
def mei(now, monkeypatch):
    """Two tokens are in force; one has expired, one was revoked, one is somebody else's."""
    monkeypatch.setattr(clock, "now", lambda: now)
    person, other = make_person(MEI), make_person("other@pier.example")
    _token(person, "laptop", now)
    _token(person, "pipeline", now)
    _token(person, "old", now - timedelta(days=40))
    lost = _token(person, "lost", now)
    revoke_token(token_id=lost.pk, by=_actor(person), now=now - timedelta(hours=1))
    _token(other, "theirs", now)
    return person


def _actor(person):
    return Actor(person_id=person.pk, name=person.recorded_name)


def _token(person, name, now):
    facts = {"name": name, "scope": TokenScope.WRITE, "days": 30}
    return make_token(person_id=person.pk, **facts, by=_actor(person), now=now)[0]


def in_force(now):
    rows = Token.objects.filter(revoked_at=None, expires_at__gt=now).order_by("id")
    return list(rows.values_list("name", flat=True))


def trail_after(before):
    lines = AuditLine.objects.filter(pk__gt=before).order_by("id")
    return [(line.action, line.facts.get("tokens_ended")) for line in lines]


def last_line():
    return AuditLine.objects.order_by("-id").values_list("pk", flat=True).first()


def test_a_changed_password_ends_the_tokens_where_that_is_asked(client, mei, now):
    assert client.login(email=MEI, password=PASSWORD)
    url, before = reverse("account_change_password"), last_line()

    page = client.get(url)
    field = page.context["form"]["end_tokens"]
    assert (field.label, field.initial) == ("Also end all 2 access tokens that are in force", False)
    given = {"oldpassword": PASSWORD, "password1": FRESH, "password2": FRESH}
    done = client.post(url, given | {"end_tokens": "on"}, follow=True)

    assert "2 access tokens have been ended" in done.text
    assert in_force(now) == ["theirs"]
    ended = [("token.revoked", None)] * 2
    assert trail_after(before) == [*ended, ("person.password_set", 2)]
    assert client.get(reverse("web:profile")).status_code == 200  # this session goes on
    mei.refresh_from_db()
    assert mei.check_password(FRESH)


def test_a_changed_password_leaves_the_tokens_where_nothing_is_asked(client, mei, now):
    assert client.login(email=MEI, password=PASSWORD)
    before = last_line()
    given = {"oldpassword": PASSWORD, "password1": FRESH, "password2": FRESH}

    client.post(reverse("account_change_password"), given)

    assert in_force(now) == ["laptop", "pipeline", "theirs"]
    assert trail_after(before) == [("person.password_set", 0)]


def test_a_reset_by_mail_proposes_to_end_the_tokens(client, mei, mailoutbox, now):
    client.post(reverse("account_reset_password"), {"email": MEI})
    [link] = [line for line in mailoutbox[0].body.splitlines() if "/password/reset/key/" in line]
    page = client.get("/" + link.strip().split("/", 3)[3], follow=True)
    assert page.context["form"]["end_tokens"].initial is True
    assert "checked" in str(page.context["form"]["end_tokens"])

    client.post(
        page.request["PATH_INFO"], {"password1": FRESH, "password2": FRESH, "end_tokens": "on"}
    )

    assert in_force(now) == ["theirs"]
    mei.refresh_from_db()
    assert mei.check_password(FRESH)


def test_who_has_no_token_is_asked_nothing(client, db):
    make_person(MEI)
    assert client.login(email=MEI, password=PASSWORD)

    fields = client.get(reverse("account_change_password")).context["form"].fields

    assert list(fields) == ["oldpassword", "password1", "password2"]


def test_a_link_that_is_good_no_more_says_so(client, mei):
    answer = client.get("/account/password/reset/key/1-nothing/")

    assert (answer.status_code, "end_tokens" in answer.text) == (200, False)
