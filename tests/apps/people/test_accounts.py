"""People, their tokens, and the trail of what was done."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import translation

from praya.apps.append_only import guarding, unguarding
from praya.apps.people.commands import (
    add_person,
    make_token,
    note_token_used,
    revoke_token,
    update_profile,
)
from praya.apps.people.letters import worded
from praya.apps.people.models import AuditLine, Person, Token
from praya.apps.people.queries import audit_lines, person_by_email, person_of_token, verify_trail
from praya.apps.people.rules import AddressTaken, NameMissing, TokenDaysOutOfRange, TokenScope
from praya.apps.programmes.queries import actor_for
from praya.core.actor import EVERY_PROGRAMME, Actor, Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def test_the_terminal_adds_somebody_who_can_sign_in_at_once(client, now):
    add_person(
        email="ada@harbour.example",
        name="Ada",
        password="correct horse battery",
        is_site_admin=True,
        by=Actor.praya("terminal"),
        now=now,
    )
    sent = {"login": "ADA@harbour.example", "password": "correct horse battery"}
    assert client.post("/account/login/", sent)["Location"] == "/"
    assert person_by_email("Ada@Harbour.example").is_site_admin


def test_an_address_is_taken_whatever_its_case(person_named, now):
    person_named("Mei")
    with pytest.raises(AddressTaken):
        add_person(email="MEI@harbour.example", name="Mei", by=Actor.praya("terminal"), now=now)
    assert Person.objects.count() == 1


def test_only_a_site_admin_adds_people(actor_named, now):
    officer = actor_named("Olga", ("harbour", Role.OFFICER))
    with pytest.raises(NotAllowed):
        add_person(email="x@harbour.example", name="X", by=officer, now=now)
    admin = actor_named("Ada", (EVERY_PROGRAMME, Role.ADMIN))
    assert add_person(email="x@harbour.example", name="X", by=admin, now=now).name == "X"


def test_a_profile_keeps_at_least_one_name(actor_named, now):
    mei = actor_named("Mei")
    person = update_profile(name="", name_zh="美", language="zh-hant", by=mei, now=now)
    assert (person.name, person.name_zh, person.language, str(person)) == (
        "",
        "美",
        "zh-hant",
        "美",
    )
    with pytest.raises(NameMissing):
        update_profile(name="", name_zh=" ", language="", by=mei, now=now)


def test_a_name_stands_on_one_line_and_steers_nothing(actor_named, now):
    mei = actor_named("Mei")

    person = update_profile(
        name=" Mei\r\nBcc: all@pier.example\x1b[2J", name_zh="", language="", by=mei, now=now
    )

    assert person.name == "Mei Bcc: all@pier.example [2J"
    with pytest.raises(NameMissing):
        update_profile(name="\x1b\x07", name_zh="", language="", by=mei, now=now)


@pytest.fixture
def token_of(now):
    def make(actor, scope=TokenScope.READ, days=7):
        return make_token(
            person_id=actor.person_id, name="laptop", scope=scope, days=days, by=actor, now=now
        )

    return make


def test_a_token_stands_for_its_person_until_it_ends(actor_named, token_of, now):
    mei = actor_named("Mei")
    token, plain = token_of(mei)
    assert plain.startswith("praya_")
    assert plain not in str(list(Token.objects.values()))
    last = now + timedelta(days=7, seconds=-1)
    bearer = person_of_token(plain, last)
    assert (bearer.person.pk, bearer.scope, bearer.token_id) == (
        mei.person_id,
        TokenScope.READ,
        token.pk,
    )
    assert person_of_token(plain, now + timedelta(days=7)) is None
    assert person_of_token(plain + "x", now) is None
    revoke_token(token_id=token.pk, by=mei, now=now)
    assert person_of_token(plain, now) is None


def test_somebody_elses_token_is_neither_made_nor_revoked(actor_named, token_of, now):
    mei, otto = actor_named("Mei"), actor_named("Otto")
    token, plain = token_of(mei)
    with pytest.raises(NotFound):
        revoke_token(token_id=token.pk, by=otto, now=now)
    with pytest.raises(NotAllowed):
        make_token(
            person_id=mei.person_id, name="x", scope=TokenScope.READ, days=1, by=otto, now=now
        )
    assert person_of_token(plain, now) is not None


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lives_a_day_to_a_year(actor_named, token_of, days):
    with pytest.raises(TokenDaysOutOfRange):
        token_of(actor_named("Mei"), days=days)


def test_a_person_who_was_shut_out_has_no_token(actor_named, token_of, now):
    mei = actor_named("Mei")
    _token, plain = token_of(mei)
    Person.objects.filter(pk=mei.person_id).update(is_active=False)
    assert person_of_token(plain, now) is None


def test_the_day_of_last_use_is_written_once(actor_named, token_of, now, django_assert_num_queries):
    token, _plain = token_of(actor_named("Mei"))
    note_token_used(token_id=token.pk, on=now.date())
    token.refresh_from_db()
    assert token.last_used_on == now.date()
    with django_assert_num_queries(1):
        note_token_used(token_id=token.pk, on=now.date() - timedelta(days=1))
    token.refresh_from_db()
    assert token.last_used_on == now.date()


def test_the_trail_holds_and_tells_of_one_thing(actor_named, token_of):
    mei = actor_named("Mei")
    token, _plain = token_of(mei)
    check = verify_trail()
    assert (check.holds, check.lines) == (True, 2)
    assert [line.action for line in audit_lines(subject=("token", str(token.pk)))] == ["token.made"]


def test_a_line_that_was_changed_is_found(actor_named, token_of):
    token_of(actor_named("Mei"))
    first = AuditLine.objects.last()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditLine.objects.filter(pk=first.pk).update(by_name="somebody else")
    assert verify_trail().holds
    with connection.cursor() as cursor:
        for statement in unguarding(connection.vendor, "people_auditline"):
            cursor.execute(statement)
    AuditLine.objects.filter(pk=first.pk).update(by_name="somebody else")
    with connection.cursor() as cursor:
        for statement in guarding(connection, "people_auditline"):
            cursor.execute(statement)
    assert verify_trail().broken_at == first.pk


def test_the_trail_holds_whatever_zone_its_instants_were_given_in(now):
    # The seal once stood on the zone as given, while the database gives instants back in UTC.
    at = now.astimezone(ZoneInfo("Asia/Hong_Kong"))
    add_person(email="zone@pier.example", name="Zoe", by=Actor.praya("test"), now=at)

    assert verify_trail().holds


@pytest.mark.parametrize(
    ("name", "name_zh", "in_english", "in_chinese"),
    [
        ("Lena Chow", "周蓮娜", "Lena Chow", "周蓮娜"),
        ("Lena Chow", "", "Lena Chow", "Lena Chow"),
        ("", "周蓮娜", "周蓮娜", "周蓮娜"),
        ("", "", "lena@harbour.example", "lena@harbour.example"),
    ],
)
def test_a_person_is_called_in_the_readers_language_and_recorded_in_one(
    name, name_zh, in_english, in_chinese, now
):
    lena = Person.objects.create(email="lena@harbour.example", name=name, name_zh=name_zh)
    called, recorded = {}, set()
    for language in ("en-gb", "zh-hant", "zh-hans"):
        with translation.override(language):
            called[language] = str(lena)
            recorded.add(actor_for(lena, now).name)

    assert called == {"en-gb": in_english, "zh-hant": in_chinese, "zh-hans": in_chinese}
    assert recorded == {in_english}


def test_a_letter_greets_a_person_in_their_language_whoever_caused_it():
    lena = Person(name="Lena Chow", name_zh="周蓮娜", language="zh-hant")
    with translation.override("en-gb"):
        _subject, text = worded("award.member_added", to=lena, facts={"award": "A", "title": "T"})
    assert "周蓮娜" in text.splitlines()[0]
