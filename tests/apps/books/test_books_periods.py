"""Instants that the book refuses, and use that comes after its period was closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.books.telling import LATER, NOW, PROGRAMME, books, hkd, seconds, somebody

from praya.apps.books import commands, queries
from praya.apps.books.commands import UseRecord
from praya.apps.books.models import Correction, Hold
from praya.core.actor import Role
from praya.core.refusal import Refusal

STORY = """
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    commit  H-0002.1 10 5.00
    hold    H-0001.1 job-0 10 5.00
    release job-0
    hold    H-0001.1 job-1 40 20.00
    return  H-0002.1
"""
LAST_CLOSED = date(2026, 2, 28)
AFTER = date(2026, 3, 1)


def close(*, open_from) -> None:
    commands.close_period(programme_code=PROGRAMME, until=LAST_CLOSED, open_from=open_from)


def hold(key: str, line_code: str, *, expires_at):
    return commands.place_hold(
        programme_code=PROGRAMME,
        line_code=line_code,
        key=key,
        time=seconds(999),
        subsidy=hkd("0"),
        expires_at=expires_at,
        now=NOW,
    )


# What is promised first is asked where the later refusals are true too: the period is closed,
# `gone` is no line and no hold, H-0002.1 is closed, and everything asks too much.
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hold gone.1 job-1 0 0.00", "book.amount_not_positive"),
        ("hold gone.1 job-1 999 0.00", "book.key_reused"),
        ("hold gone.1 job-9 999 0.00", "book.period_closed"),
        ("settle gone -1 0.00 own 0.00 key=job-1", "book.amount_not_positive"),
        ("settle gone 1 0.00 own 0.00 key=job-1", "book.key_reused"),
        ("settle gone 1 0.00 own 0.00", "book.period_closed"),
        ("release gone key=job-1", "book.key_reused"),
        ("release gone", "book.period_closed"),
        ("charge gone.1 0 0.00 own 0.00 key=job-1", "book.amount_not_positive"),
        ("charge gone.1 1 0.00 own 0.00 key=job-1", "book.key_reused"),
        ("charge gone.1 1 0.00 own 0.00", "book.period_closed"),
        ("reduce gone.1 999 0.00 key=job-1", "book.key_reused"),
        ("reduce gone.1 999 0.00", "book.period_closed"),
        ("return gone.1 key=job-1", "book.key_reused"),
        ("return gone.1", "book.period_closed"),
        ("commit H-0002.1 1 9999.00 key=job-1", "book.key_reused"),
        ("commit H-0002.1 1 9999.00", "book.period_closed"),
        ("reverse 99 key=job-1", "book.key_reused"),
        ("reverse 99", "book.period_closed"),
    ],
)
@books(STORY)
def test_a_closed_period_takes_no_entry_in_the_promised_order(books, line, code):
    close(open_from=LATER)
    before = books.accounts(), queries.head_of(PROGRAMME), Hold.objects.count()
    with pytest.raises(Refusal) as refused:
        books.tell(line)
    assert refused.value.code == code
    assert (books.accounts(), queries.head_of(PROGRAMME), Hold.objects.count()) == before


@books(STORY)
def test_a_correction_is_not_posted_into_a_closed_period(books):
    asked = commands.ask_reversal(
        programme_code=PROGRAMME, number=1, reason="wrong", by=books.finance, now=NOW
    )
    close(open_from=LATER)
    refusals = []
    for by in (books.finance, somebody("second", Role.FINANCE)):
        with pytest.raises(Refusal) as refused:
            commands.post_correction(correction_id=asked.pk, by=by, now=NOW)
        refusals.append(refused.value.code)

    assert refusals == ["funding.same_person", "book.period_closed"]
    assert Correction.objects.get().state == "asked"


@books(STORY)
def test_a_batch_into_a_closed_period_is_refused_as_a_whole(books):
    close(open_from=LATER)
    record = UseRecord("u-1", seconds(0), hkd("0"), hkd("0"), line_code="gone.1")
    with pytest.raises(Refusal) as refused:
        commands.charge_many(programme_code=PROGRAMME, records=[record], now=NOW)
    assert refused.value.facts == {
        "closed_until": LAST_CLOSED,
        "at": NOW,
        "programme": PROGRAMME,
    }


@books(STORY)
def test_what_was_done_before_the_close_is_answered_after_it(books):
    [first] = books.tell("charge H-0001.1 5 1.00 own 0.00")
    close(open_from=LATER)
    assert books.tell("charge H-0001.1 5 1.00 own 0.00") == [first]


@books(STORY)
def test_the_open_period_begins_with_its_first_instant(books):
    close(open_from=NOW)
    books.tell("charge H-0001.1 5 1.00 own 0.00")
    close(open_from=LATER)  # the same day again: nothing is moved
    books.tell("charge H-0001.1 6 1.00 own 0.00")
    assert books.numbers("H-0001.1")["h800·s"] == (11, 40, 100, 49)


@pytest.mark.parametrize(
    ("key", "line_code", "expires_at", "code"),
    [
        ("job-1", "gone.1", NOW, "book.key_reused"),
        ("job-9", "gone.1", NOW, "book.hold_expired"),
        ("job-9", "gone.1", NOW - timedelta(days=1), "book.hold_expired"),
        ("job-9", "gone.1", NOW + timedelta(microseconds=1), "book.unknown_line"),
        ("job-9", "H-0001.1", NOW, "book.hold_expired"),
    ],
)
@books(STORY)
def test_a_hold_that_has_expired_is_refused_in_the_promised_order(
    books, key, line_code, expires_at, code
):
    head = queries.head_of(PROGRAMME)
    with pytest.raises(Refusal) as refused:
        hold(key, line_code, expires_at=expires_at)
    assert (refused.value.code, queries.head_of(PROGRAMME)) == (code, head)


@books(STORY)
def test_a_closed_period_is_said_before_an_expired_hold(books):
    close(open_from=LATER)
    with pytest.raises(Refusal) as refused:
        hold("job-9", "gone.1", expires_at=NOW)
    assert refused.value.code == "book.period_closed"


def charge(used_on):
    return commands.charge_line(line_code="H-0001.1", used_on=used_on, **_USE)


def settle(used_on):
    return commands.settle_hold(hold_key="job-1", used_on=used_on, **_USE)


def charge_many(used_on):
    records = [
        UseRecord("u-1", seconds(5), hkd("1"), hkd("0"), hold_key="job-1", used_on=AFTER),
        UseRecord("u-2", seconds(5), hkd("1"), hkd("0"), line_code="H-0001.1", used_on=used_on),
        UseRecord("u-3", seconds(5), hkd("1"), hkd("0"), line_code="H-0001.1"),
    ]
    charged, findings = commands.charge_many(programme_code=PROGRAMME, records=records, now=NOW)
    assert findings == {}
    return charged.entries["H-0001.1"]


_USE = {
    "programme_code": PROGRAMME,
    "key": "late",
    "time": seconds(5),
    "subsidy": hkd("1"),
    "own": hkd("0"),
    "now": NOW,
}


@pytest.mark.parametrize("command", [charge, settle, charge_many])
@pytest.mark.parametrize(
    ("used_on", "is_late"), [(LAST_CLOSED, True), (date(2025, 12, 31), True), (AFTER, False)]
)
@books(STORY)
def test_late_use_stands_in_the_open_period_and_says_so(books, command, used_on, is_late):
    close(open_from=NOW)

    entry = command(used_on)

    said = {key: entry.facts.get(key) for key in ("late_for", "closed_until")}
    late = {"late_for": used_on.isoformat(), "closed_until": "2026-02-28"}
    assert said == (late if is_late else {"late_for": None, "closed_until": None})
    assert entry.at == NOW


@pytest.mark.parametrize("command", [charge, settle, charge_many])
@books(STORY)
def test_no_use_is_late_before_a_period_was_closed(books, command):
    assert "late_for" not in command(LAST_CLOSED).facts
