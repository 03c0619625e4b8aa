"""Entries on their way elsewhere: in order, none lost, each signed, to public places only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from tests.awarding import POOL, active_award, make_site
from tests.factories import appointed, person_behind
from tests.services.receiver import Receiver

from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.books.models import Entry
from praya.apps.notices import commands, queries, sending
from praya.apps.notices.models import Delivery, Hook, Letter
from praya.apps.notices.rules import (
    FAILURES_MAX,
    HookInvalid,
    HookNotActive,
    check_address,
    check_url,
)
from praya.core.actor import Role
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound
from praya.words.notices import delivery_result


@pytest.fixture
def finance(db, now):
    make_site(now)
    return appointed("pier", Role.FINANCE, now)


@pytest.fixture
def receiver(tmp_path, settings):
    settings.PRAYA_HOOKS_PRIVATE = True
    with Receiver(tmp_path) as receiver:
        yield receiver


def hooked(url, by, now, *, from_start=True):
    return commands.add_hook(programme_code="pier", url=url, from_start=from_start, by=by, now=now)


def fund(now, times=1):
    officer, finance = (appointed("pier", role, now) for role in (Role.OFFICER, Role.FINANCE))
    for _ in range(times):
        request = ask_funding(
            programme_code="pier",
            pool=POOL,
            amount=Money(100, "HKD"),
            reason="more",
            by=officer,
            now=now,
        )
        approve_funding(request_id=request.pk, by=finance, now=now)


def test_every_entry_arrives_once_in_order_and_signed(receiver, finance, now):
    active_award(now)
    fund(now, 3)
    _hook, secret = hooked(receiver.url, finance, now)

    taken = commands.deliver_hooks(now=now)

    assert (taken, receiver.numbers(), commands.deliver_hooks(now=now)) == (5, [1, 2, 3, 4, 5], 0)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for one in receiver.arrived():
        given = {name.lower(): value for name, value in one["headers"].items()}
        content = f"{given['webhook-id']}.{given['webhook-timestamp']}.{one['body']}"
        digest = hmac.new(key, content.encode(), hashlib.sha256).digest()
        assert given["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert given["content-type"].startswith("application/cloudevents+json")


def test_an_entry_is_a_cloud_event(receiver, finance, now):
    hooked(receiver.url, finance, now)
    commands.deliver_hooks(now=now)

    [one] = receiver.arrived()
    entry = Entry.objects.get(number=1)

    assert json.loads(one["body"]) == {
        "specversion": "1.0",
        "id": "pier-1",
        "source": "http://127.0.0.1:8000/programmes/pier/book",
        "type": "praya.book.entry.fund",
        "subject": entry.subject,
        "time": "2026-03-02T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "number": 1,
            "kind": "fund",
            "key": entry.key,
            "facts": entry.facts,
            "postings": [
                {"account": "outside/subsidy", "commodity": "HKD", "amount": -1_000_000_000},
                {"account": "pool/subsidy", "commodity": "HKD", "amount": 1_000_000_000},
            ],
            "sha256": entry.sha256,
        },
    }


def test_a_server_that_is_down_broken_or_slow_gets_everything_later(
    receiver, finance, now, monkeypatch
):
    monkeypatch.setattr(sending, "PATIENCE_S", 0.5)
    hook, _ = hooked(receiver.url, finance, now)
    fund(now, 2)
    receiver.kill()
    down = commands.deliver_hooks(now=now)
    too_soon = commands.deliver_hooks(now=now + timedelta(seconds=9))
    receiver.start()
    receiver.temper("500")
    broken = commands.deliver_hooks(now=now + timedelta(seconds=10))
    receiver.temper("slow")
    slow = commands.deliver_hooks(now=now + timedelta(seconds=60))
    receiver.temper("redirect")
    away = commands.deliver_hooks(now=now + timedelta(seconds=120))
    receiver.temper("ok")
    arrived_before = [number for number in receiver.numbers() if number != 1]
    back = commands.deliver_hooks(now=now + timedelta(seconds=300))

    assert [down, too_soon, broken, slow, away, back] == [0, 0, 0, 0, 0, 3]
    assert arrived_before == []
    assert receiver.numbers()[-3:] == [1, 2, 3]
    tries = list(queries.deliveries_of(hook.pk).order_by("id").values_list("status", "error"))
    assert tries == [
        (None, "connection.ConnectError"),
        (500, ""),
        (None, "timeout"),
        (307, ""),
        (204, ""),
        (204, ""),
        (204, ""),
    ]
    hook.refresh_from_db()
    assert (hook.position, hook.failures, hook.next_try_at) == (3, 0, None)


def test_what_was_taken_without_an_answer_comes_again_under_the_same_name(receiver, finance, now):
    hooked(receiver.url, finance, now)
    receiver.temper("lost")
    commands.deliver_hooks(now=now)
    receiver.temper("ok")
    commands.deliver_hooks(now=now + timedelta(minutes=1))

    names = [json.loads(one["body"])["id"] for one in receiver.arrived()]
    assert names == ["pier-1", "pier-1"]


def test_after_many_failures_it_is_switched_off_and_said_then_goes_on_where_it_was(
    receiver, finance, now
):
    hook, _ = hooked(receiver.url, finance, now)
    receiver.temper("500")
    for day in range(FAILURES_MAX + 2):
        commands.deliver_hooks(now=now + timedelta(days=day))
    hook.refresh_from_db()

    assert (hook.state, Delivery.objects.count()) == ("disabled", FAILURES_MAX)
    letter = Letter.objects.get(kind="hook.disabled")
    assert (letter.to, letter.state) == (person_behind(finance), "waiting")
    assert receiver.url in queries.preview_of(letter)[1]
    receiver.temper("ok")
    fund(now)
    commands.resume_hook(hook_id=hook.pk, by=finance, now=now)
    commands.deliver_hooks(now=now)
    assert receiver.numbers() == [1, 2]


def test_an_entry_is_sent_again_on_demand(receiver, finance, now):
    hook, _ = hooked(receiver.url, finance, now)
    fund(now, 2)
    commands.deliver_hooks(now=now)
    for number in (0, 4):
        with pytest.raises(NotFound):
            commands.deliver_again(hook_id=hook.pk, entry_number=number, by=finance, now=now)
    for _ in range(2):
        commands.deliver_again(hook_id=hook.pk, entry_number=2, by=finance, now=now)
    receiver.temper("500")
    commands.deliver_hooks(now=now)
    receiver.temper("ok")
    commands.deliver_hooks(now=now + timedelta(minutes=1))

    assert receiver.numbers() == [1, 2, 3, 2]
    assert commands.deliver_hooks(now=now + timedelta(minutes=2)) == 0


def test_a_new_hook_may_begin_with_what_comes(receiver, finance, now):
    hooked(receiver.url, finance, now, from_start=False)
    fund(now)
    commands.deliver_hooks(now=now)

    assert receiver.numbers() == [2]


def test_a_paused_or_removed_hook_is_sent_nothing(receiver, finance, now):
    hook, _ = hooked(receiver.url, finance, now)
    commands.pause_hook(hook_id=hook.pk, by=finance, now=now)
    with pytest.raises(HookNotActive):
        commands.pause_hook(hook_id=hook.pk, by=finance, now=now)
    with pytest.raises(HookNotActive):
        commands.deliver_again(hook_id=hook.pk, entry_number=1, by=finance, now=now)
    assert commands.deliver_hooks(now=now) == 0
    commands.remove_hook(hook_id=hook.pk, by=finance, now=now)
    with pytest.raises(HookNotActive):
        commands.resume_hook(hook_id=hook.pk, by=finance, now=now)
    assert (commands.deliver_hooks(now=now), list(queries.hooks_of("pier"))) == (0, [])


def test_only_finance_keeps_hooks(finance, now):
    url = "https://ledger.example/praya"
    hook, _ = hooked(url, finance, now)
    auditor = appointed("pier", Role.AUDITOR, now, "auditor@pier.example")
    officer = appointed("pier", Role.OFFICER, now)

    for by in (auditor, officer):
        with pytest.raises(NotAllowed):
            hooked(url, by, now)
    assert queries.hook_of(hook.pk, auditor) == hook
    with pytest.raises(NotAllowed):
        commands.pause_hook(hook_id=hook.pk, by=auditor, now=now)
    with pytest.raises(NotFound):
        commands.pause_hook(hook_id=hook.pk, by=officer, now=now)


def test_the_secret_is_kept_sealed(finance, now, settings):
    hook, secret = hooked("https://ledger.example/praya", finance, now)
    plain = base64.b64decode(secret.removeprefix("whsec_"))

    stored = bytes(Hook.objects.get(pk=hook.pk).secret)
    assert plain not in stored
    assert secret.encode() not in stored


def test_a_hook_whose_secret_cannot_be_opened_fails_for_all_to_see(
    receiver, finance, now, settings
):
    hook, _ = hooked(receiver.url, finance, now)
    fund(now)
    settings.SECRET_KEY = "another"

    for number in range(FAILURES_MAX):
        assert commands.deliver_hooks(now=now + timedelta(hours=2 * number)) == 0

    hook.refresh_from_db()
    assert (hook.state, hook.position, receiver.numbers()) == ("disabled", 0, [])
    assert {one.error for one in queries.deliveries_of(hook.pk)} == {"secret.lost"}
    assert delivery_result(None, "secret.lost") == (
        "Its secret cannot be read, since the site's own is another: remove it and add it anew."
    )
    assert Letter.objects.filter(kind="hook.disabled").count() == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://ledger.example/", "scheme"),
        ("ftp://ledger.example/", "scheme"),
        ("https:///path", "host"),
        ("https://ledger..example/", "host"),
        ("https://" + "x" * 64 + ".example/", "host"),
        ("https://user:word@ledger.example/", "user"),
        ("https://ledger.example:0/", "port"),
        ("https://ledger.example:99999/", "port"),
        ("https://127.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://10.0.0.7/", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://[::ffff:10.0.0.7]/", "private"),
        ("https://ledger.example/" + "x" * 500, "too-long"),
    ],
)
def test_no_hook_leads_there(url, reason):
    with pytest.raises(HookInvalid) as refused:
        check_url(url, private_allowed=False)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "address",
    [
        "192.168.1.1",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "fd00::1",
        "fe80::1",
        "2002:0a00:0007::",
        "2001:0:0:0:0:0:f5ff:fff8",  # Teredo
        "64:ff9b::a00:7",
        "64:ff9b:1::a00:7",  # a house's own translator
        "::10.0.0.7",
        "::ffff:0:a00:7",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_name_may_stand_for_a_private_address(address):
    with pytest.raises(HookInvalid):
        check_address(address, url="https://ledger.example/", private_allowed=False)
    for public in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        check_address(public, url="https://ledger.example/", private_allowed=False)


def test_a_name_that_leads_home_is_refused_when_it_is_looked_up():
    answer = sending.send("https://localhost/", b"{}", {}, private_allowed=False)

    assert (answer.status, answer.error) == (None, "address.private")


def test_a_name_that_cannot_be_one_keeps_no_other_hook_waiting(receiver, finance, now):
    hook, _ = hooked("https://ledger.example/praya", finance, now, from_start=False)
    Hook.objects.filter(pk=hook.pk).update(url="https://ledger..example/")  # as kept before
    hooked(receiver.url, finance, now)
    fund(now)

    assert (commands.deliver_hooks(now=now), receiver.numbers()) == (2, [1, 2])
    assert [one.error for one in queries.deliveries_of(hook.pk)] == ["address.host"]


def test_a_name_that_nobody_knows_is_no_fault_of_ours():
    answer = sending.send("https://nowhere.invalid/", b"{}", {}, private_allowed=False)

    assert answer.error == "name.unknown"
