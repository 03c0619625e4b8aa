"""Books are proved every night, and who answers for one that was changed is told once."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError
from tests.apps.books.tampering import lift_guards
from tests.awarding import active_award, make_site
from tests.factories import appointed, make_admin, make_programme, person_behind

from praya.apps.books.commands import close_period
from praya.apps.books.models import Book, Entry, Posting
from praya.apps.books.queries import BookFinding, core_entry, verify_book, verifying
from praya.apps.notices.models import Letter
from praya.apps.people.commands import record
from praya.apps.people.models import AuditLine, Person
from praya.apps.reports.commands import prove_book
from praya.apps.reports.queries.proofs import books_to_prove, broken_books, last_proof, proofs_of
from praya.core.actor import Role
from praya.core.ledger.chain import NO_HASH, entry_hash
from praya.worker import rounds
from praya.worker.rounds import prove_every_book

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def finance(now):
    make_site(now)
    active_award(now)
    return appointed("pier", Role.FINANCE, now, "cash@pier.example")


def test_a_book_is_proved_once_a_day(finance, now):
    assert books_to_prove(now) == ["pier"]
    proof = prove_book("pier", now=now)

    assert (proof.holds, proof.entries) == (True, 2)
    assert books_to_prove(now + timedelta(hours=1)) == []
    assert books_to_prove(now + DAY) == ["pier"]
    assert proofs_of("pier").count() == 1
    assert not broken_books(finance).exists()


def test_a_book_that_was_changed_is_told_of_once(finance, now, client):
    prove_book("pier", now=now)
    client.force_login(person_behind(finance))
    assert "and it was whole" in client.get("/finance/pier/book/").text
    lift_guards()
    Posting.objects.filter(pk=Posting.objects.earliest("pk").pk).update(amount=1)

    for night in (1, 2):
        assert not prove_book("pier", now=now + night * DAY).holds

    assert last_proof("pier").findings[0]["code"] == "changed"
    assert [one.programme_code for one in broken_books(finance)] == ["pier"]
    assert "The book of pier is not as it was written" in client.get("/").text
    assert "and it was not as it was written" in client.get("/finance/pier/book/").text
    told = Letter.objects.filter(kind="book.broken").values_list("to__email", flat=True)
    assert sorted(told) == sorted({"cash@pier.example", "finance@pier.example", admin_email(now)})


def admin_email(now):
    return Person.objects.get(pk=make_admin(now).person_id).email


def test_what_cannot_be_read_is_told_as_well(finance, now):
    asked = AuditLine.objects.filter(subject_kind="funding", action="funding.asked").first()
    asked.pk = 0  # read last of all
    asked.facts, asked.sha256 = {}, "0" * 64
    asked.save(force_insert=True)

    proof = prove_book("pier", now=now)

    assert [one["code"] for one in proof.findings] == ["unreadable"]
    assert not verify_book("pier")[0]  # as pages, the API and who closes a month ask it
    assert Letter.objects.filter(kind="book.broken").exists()


def seal_anew():
    """Change an entry behind Praya's back, and every seal after it, as who knows how could."""
    lift_guards()
    Entry.objects.filter(programme_code="pier", number=1).update(by_name="Nobody")
    head = NO_HASH
    for row in Entry.objects.filter(programme_code="pier").order_by("number"):
        sealed = entry_hash(head, core_entry(row))
        Entry.objects.filter(pk=row.pk).update(previous_sha256=head, sha256=sealed)
        head = sealed
    Book.objects.filter(programme_code="pier").update(head_sha256=head)


def test_a_chain_that_was_sealed_anew_is_found_by_the_last_proof(finance, now):
    prove_book("pier", now=now)
    seal_anew()

    proof = prove_book("pier", now=now + DAY)

    assert proof.findings == [{"code": "seal", "entry": 2, "where": "proof"}]


def test_a_chain_that_was_sealed_anew_is_found_by_what_a_close_left_in_the_trail(finance, now):
    first = Entry.objects.get(programme_code="pier", number=1)
    until, open_from = date(2026, 1, 31), datetime(2026, 2, 1, tzinfo=UTC)
    close_period(programme_code="pier", until=until, open_from=open_from)
    record(
        "period.closed",
        subject=("period", "pier/2026-01"),
        by=finance,
        now=now,
        programme_code="pier",
        until=until.isoformat(),
        open_from=open_from.isoformat(),
        entries=first.number,
        head=first.sha256,
    )
    assert verify_book("pier") == (True, [])
    seal_anew()

    assert verify_book("pier") == (False, [BookFinding("seal", 1, "period.closed")])


@pytest.mark.parametrize("outage", [OSError, BrokenProcessPool, OperationalError, InterfaceError])
def test_an_outage_is_told_after_two_days_and_once(finance, now, monkeypatch, client, outage):
    def fail(book, **_how):
        raise outage("no space left")

    prove_book("pier", now=now)
    with monkeypatch.context() as away:
        away.setattr(verifying, "balances_of_entries", fail)
        prove_every_book(now + DAY)
        assert (proofs_of("pier").count(), books_to_prove(now + DAY)) == (1, ["pier"])
        for later in range(2, 6):
            prove_every_book(now + later * DAY)

    told = Letter.objects.filter(kind="book.broken", to__email="cash@pier.example")
    assert [one.facts["finding"] for one in told] == ["not-proved"]
    assert books_to_prove(now + 5 * DAY) == ["pier"]
    client.force_login(person_behind(finance))
    assert "could not be read for two days" in client.get("/").text
    assert "and it could not be read" in client.get("/finance/pier/book/").text
    prove_every_book(now + 5 * DAY)
    assert last_proof("pier").holds


def test_a_book_that_cannot_be_read_leaves_the_others_alone(finance, now, monkeypatch):
    def lost(code, **_when):
        if code == "pier":
            raise OperationalError("database disk image is malformed")
        return prove_book(code, now=now)

    make_programme(now, code="quay", prefix="QUY")
    monkeypatch.setattr(rounds, "prove_book", lost)

    prove_every_book(now)

    assert books_to_prove(now) == ["pier"]
