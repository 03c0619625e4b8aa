"""The outbox: a letter stands with the change it tells of, goes out once, and as people wish."""

from __future__ import annotations

import smtplib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from tests.factories import appointed, make_person, make_programme

from praya.apps.notices import commands, queries
from praya.apps.notices.models import Letter
from praya.apps.notices.rules import (
    TRIES_MAX,
    CannotSwitchOff,
    How,
    Topic,
    UnknownKind,
    WrongLetterState,
    packed,
    retry_after_s,
    topic_of,
    unpacked,
)
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

ADDED = {"award": "PIR-0001", "title": "Tides"}
USED = ADDED | {
    "commodity": "HKD",
    "percent": 75,
    "settled": 75_00,
    "in_flight": 0,
    "free": 25_00,
    "committed": 100_00,
}


class Away(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, _messages):
        raise smtplib.SMTPServerDisconnected("gone")


class Dying(BaseEmailBackend):
    """Praya itself is ended in the middle of a mail."""

    def send_messages(self, _messages):
        raise KeyboardInterrupt


@pytest.fixture
def mei(db, now):
    make_programme(now)
    return make_person("mei@pier.example")


def put(person, kind="award.member_added", key=None, **facts):
    with transaction.atomic():
        return commands.put_letter(kind, to=person, facts=ADDED | facts, key=key)


def states():
    return list(Letter.objects.order_by("id").values_list("state", flat=True))


def test_a_letter_to_an_address_that_cannot_be_one_fails_and_keeps_no_other_waiting(mei, now):
    put(make_person("mei@碼頭..example"))
    put(mei)

    sent = commands.send_letters(now=now)

    assert (sent.sent, sent.failed) == (1, 1)
    assert states() == ["waiting", "sent"]
    assert "label" in Letter.objects.order_by("id").first().error


def test_a_letter_is_sent_once(mei, now):
    put(mei)

    first = commands.send_letters(now=now)
    again = commands.send_letters(now=now)

    assert (first.sent, again.sent) == (1, 0)
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["mei@pier.example"], "You are a member of PIR-0001")
    letter = Letter.objects.get()
    assert (letter.state, letter.subject, letter.programme_code) == ("sent", sent.subject, "pier")
    assert sent.extra_headers["Message-ID"] == f"<praya-letter-{letter.pk}@127.0.0.1>"


def test_a_line_break_in_a_name_keeps_no_letter_back(mei, now):
    """An earlier Praya took such names."""
    named = ADDED | {"person": "Otto\r\nBcc: all@pier.example", "lead_change": 1}
    with transaction.atomic():
        commands.put_letter("award.lead_agreed", to=mei, facts=named)
    put(mei)

    assert commands.send_letters(now=now).sent == 2
    assert mail.outbox[0].subject == "PIR-0001: Otto Bcc: all@pier.example would lead it"
    assert mail.outbox[0].recipients() == ["mei@pier.example"]


def test_a_letter_of_what_is_rolled_back_is_not_kept(mei, now):
    with transaction.atomic():
        send_letter("award.member_added", to=mei, **ADDED)
        transaction.set_rollback(True)

    assert states() == []


def test_a_server_that_is_away_is_asked_again_ever_more_rarely(mei, now, settings):
    put(mei)
    settings.EMAIL_BACKEND = f"{__name__}.Away"

    failed = commands.send_letters(now=now)
    at_once = commands.send_letters(now=now + timedelta(seconds=59))
    later = commands.send_letters(now=now + timedelta(seconds=60))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    back = commands.send_letters(now=now + timedelta(seconds=60 + 120))

    assert [one.failed for one in (failed, at_once, later)] == [1, 0, 1]
    assert (back.sent, len(mail.outbox), states()) == (1, 1, ["sent"])


def test_a_letter_is_given_up_in_the_end_and_can_be_sent_again(mei, now, settings):
    letter = put(mei)
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    for day in range(TRIES_MAX):
        commands.send_letters(now=now + timedelta(days=day))
    officer = appointed("pier", Role.OFFICER, now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert states() == ["failed"]
    assert commands.send_letters(now=now + timedelta(days=99)).sent == 0
    commands.send_again(letter_id=letter.pk, by=officer, now=now)
    with pytest.raises(WrongLetterState):
        commands.send_again(letter_id=letter.pk, by=officer, now=now)
    assert commands.send_letters(now=now).sent == 1


def test_what_was_cut_off_in_the_middle_is_not_sent_again_by_itself(mei, now, settings):
    put(mei)
    settings.EMAIL_BACKEND = f"{__name__}.Dying"
    with pytest.raises(KeyboardInterrupt):
        commands.send_letters(now=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert commands.send_letters(now=now + timedelta(hours=1)).sent == 0
    assert (states(), mail.outbox) == (["unsure"], [])


def test_a_key_is_told_once(mei, now):
    assert put(mei, key="used:75") is not None
    assert put(mei, key="used:75") is None
    assert put(mei, key="used:90") is not None
    assert states() == ["waiting", "waiting"]


def test_what_is_switched_off_stays_in_the_outbox_unsent(mei, now):
    by = actor_for(mei, now)
    commands.choose(topic=Topic.USE, how=How.OFF, by=by, now=now)
    put(mei, "warning.used", **USED)

    commands.send_letters(now=now)

    assert (states(), mail.outbox) == (["off"], [])
    assert queries.wishes_of(mei.pk)[Topic.USE] is How.OFF


def test_decisions_cannot_be_switched_off_but_can_wait(mei, now):
    by = actor_for(mei, now)

    with pytest.raises(CannotSwitchOff):
        commands.choose(topic=Topic.AWARD, how=How.OFF, by=by, now=now)
    commands.choose(topic=Topic.AWARD, how=How.DIGEST, by=by, now=now)
    put(mei)

    assert states() == ["kept"]


def test_a_kind_comes_in_its_own_way_and_else_as_its_topic(mei, now):
    by = actor_for(mei, now)
    commands.choose(topic=Topic.USE, kind="warning.run_out", how=How.NOW, by=by, now=now)
    commands.choose(topic=Topic.USE, how=How.OFF, by=by, now=now)
    for kind in ("warning.used", "warning.run_out", "warning.ends"):
        put(mei, kind)
    commands.choose(topic=Topic.USE, kind="warning.run_out", how=None, by=by, now=now)
    put(mei, "warning.run_out")
    commands.choose(topic=Topic.USE, how=None, by=by, now=now)
    put(mei, "warning.run_out")

    assert states() == ["off", "waiting", "waiting", "off", "waiting"]


def test_a_choice_for_a_kind_is_refused_in_order(mei, now):
    by = actor_for(mei, now)

    def choose(topic, kind, how, by=by):
        commands.choose(topic=topic, kind=kind, how=how, by=by, now=now)

    with pytest.raises(NotAllowed):
        choose(Topic.AWARD, "warning.used", How.OFF, Actor.anonymous())
    for topic, kind in ((Topic.AWARD, "warning.used"), (Topic.DIGEST, "digest")):
        with pytest.raises(UnknownKind):
            choose(topic, kind, How.OFF)
    with pytest.raises(CannotSwitchOff):
        choose(Topic.AWARD, "award.offered", How.OFF)

    choose(Topic.AWARD, "award.offered", How.DIGEST)
    assert queries.kind_wishes_of(mei.pk) == {"award.offered": How.DIGEST}
    assert queries.wishes_of(mei.pk)[Topic.AWARD] is How.NOW


def test_a_digest_gathers_a_day_once(mei, now):
    commands.choose(topic=Topic.AWARD, how=How.DIGEST, by=actor_for(mei, now), now=now)
    put(mei)
    put(mei, "award.offered", accept_by=date(2026, 3, 30))
    seven = datetime(2026, 3, 1, 23, tzinfo=UTC)
    eight = seven + timedelta(hours=1)  # eight in the morning in Hong Kong

    early = commands.bundle_digests(now=seven)
    made = commands.bundle_digests(now=eight)
    put(mei)
    same_day = commands.bundle_digests(now=eight + timedelta(hours=3))
    commands.send_letters(now=eight)
    next_day = commands.bundle_digests(now=eight + timedelta(days=1))

    assert (early, made, same_day, next_day) == (0, 1, 0, 1)
    [sent] = mail.outbox
    assert sent.subject == "2 notices from Praya"
    assert "You are a member of PIR-0001\n" in sent.body
    assert "30 March 2026" in sent.body
    assert states() == ["bundled", "bundled", "sent", "bundled", "waiting"]


def test_a_letter_kept_while_the_digest_is_made_comes_with_the_next(mei, now):
    commands.choose(topic=Topic.AWARD, how=How.DIGEST, by=actor_for(mei, now), now=now)
    put(mei)
    late = []

    def keep_one_more(execute, sql, *more):
        if "INSERT" in sql and not late:
            late.append(sql)
            put(mei, title="Waves")  # as if another transaction ended just now
        return execute(sql, *more)

    with connection.execute_wrapper(keep_one_more):
        commands.bundle_digests(now=now)

    digest = Letter.objects.get(kind="digest")
    assert len(late) == digest.bundled.count() == len(digest.facts["letters"]) == 1
    assert [one.facts["title"] for one in Letter.objects.filter(state="kept")] == ["Waves"]


def test_who_left_is_not_written_to(mei, now):
    put(mei)
    mei.is_active = False
    mei.save()

    commands.send_letters(now=now)

    assert (states(), mail.outbox) == (["cancelled"], [])


def test_an_officer_sees_their_programmes_letters_and_previews_them(mei, now):
    letter = put(mei)
    officer = appointed("pier", Role.OFFICER, now)
    make_programme(now, code="wharf", prefix="WHF")
    foreign = appointed("wharf", Role.OFFICER, now, "officer@wharf.example")

    seen = queries.letter_of(letter.pk, officer)

    assert queries.preview_of(seen)[0] == "You are a member of PIR-0001"
    for stranger in (foreign, actor_for(mei, now)):
        with pytest.raises(NotFound):
            queries.letter_of(letter.pk, stranger)
        with pytest.raises(NotFound):
            commands.cancel_letter(letter_id=letter.pk, by=stranger, now=now)
    commands.cancel_letter(letter_id=letter.pk, by=officer, now=now)
    commands.send_letters(now=now)
    assert (states(), mail.outbox) == (["cancelled"], [])


def test_nobody_chooses_for_nobody(db, now):
    with pytest.raises(NotAllowed):
        commands.choose(topic=Topic.USE, how=How.OFF, by=Actor.anonymous(), now=now)


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("application_answered", Topic.DESK),
        ("application_asked", Topic.APPLICATION),
        ("award.offered", Topic.AWARD),
        ("warning.used", Topic.USE),
        ("warning.ends", Topic.DATES),
        ("invoice.issued", Topic.MONEY),
        ("hook.disabled", Topic.DESK),
    ],
)
def test_every_kind_has_a_topic(kind, topic):
    assert topic_of(kind) is topic


def test_waits_double_up_to_a_most():
    assert [retry_after_s(n) for n in (1, 2, 3, 10, 99)] == [60, 120, 240, 21_600, 21_600]


def test_facts_come_back_as_they_were():
    facts = {"on": date(2026, 3, 1), "none": None, "rows": [["HKD", 1], [date(2026, 1, 2), 3]]}

    assert unpacked(packed(facts)) == facts
