"""What the commands of the book do, refuse, and do when repeated."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.apps.books.telling import NOW, POOL, PROGRAMME, books, hkd, seconds, somebody

from praya.apps.books import commands, queries
from praya.apps.books.models import Entry, FundingRequest, Hold
from praya.apps.people.models import AuditLine
from praya.core import ledger
from praya.core.actor import Role
from praya.core.refusal import Refusal

FUNDED = """
    fund   research 1000.00
    commit H-0001.1 100 50.00
"""


@books("""
    fund   research 1000.00
    commit H-0001.1 100 50.00
    hold   H-0001.1 job-1 40 20.00
    settle job-1 25 12.00 own 3.00
""")
def test_a_settled_hold_leaves_the_rest_free(books):
    assert books.numbers("H-0001.1") == {"h800·s": (25, 0, 100, 75), "HKD": (1200, 0, 5000, 3800)}
    assert books.accounts() == {
        "award/H-0001.1/free HKD": 3800,
        "award/H-0001.1/free h800·s": 75,
        "award/H-0001.1/used HKD": 1200,
        "award/H-0001.1/used h800·s": 25,
        "centre/revenue HKD": -300,
        "outside h800·s": -100,
        "outside/research HKD": -100000,
        "pool/research HKD": 95000,
        "receivable/H-0001 HKD": 300,
    }


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 40 20.00
    hold    H-0001.1 job-2 30 10.00
    release job-1
""")
def test_a_released_hold_is_free_again_and_the_other_stays(books):
    assert books.numbers("H-0001.1") == {"h800·s": (0, 30, 100, 70), "HKD": (0, 1000, 5000, 4000)}
    assert [hold.key for hold in queries.open_holds("H-0001.1")] == ["job-2"]
    ended = queries.hold_of(PROGRAMME, "job-1")
    assert (ended.state, ended.ended_at, ended.ended_by_entry.kind) == ("released", NOW, "release")


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 40 20.00
    settle  job-1 130 20.00 own 0.00
""")
def test_a_late_kill_is_paid_by_what_is_free_and_the_rest_is_seen(books):
    assert books.numbers("H-0001.1")["h800·s"] == (100, 0, 100, 0)
    assert books.accounts()["award/H-0001.1/overrun h800·s"] == 30
    assert queries.overruns(["H-0001", "H-0002"]) == {"H-0001": {"h800·s": 30}}


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    commit  H-0001.2 70 0.00
    charge  H-0001.1 130 20.00 own 0.00
""")
def test_what_is_free_on_a_line_pays_for_no_other(books):
    [time, _] = queries.four_numbers(["H-0001"])["H-0001"]
    assert (time.settled, time.free) == (100, 70)
    assert queries.overruns(["H-0001"]) == {"H-0001": {"h800·s": 30}}


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 60 30.00
    charge  H-0001.1 50 25.00 own 0.00
    release job-1
""")
def test_what_was_used_beyond_the_grant_is_paid_before_anything_is_held_again(books):
    assert books.numbers("H-0001.1") == {"h800·s": (50, 0, 100, 50), "HKD": (2500, 0, 5000, 2500)}
    assert queries.overruns(["H-0001"]) == {}
    with pytest.raises(ledger.BookExhausted):
        books.tell("hold H-0001.1 job-2 60 25.00")
    books.tell("""
        charge  H-0001.1 60 25.00 own 0.00
        reverse 4
    """)
    assert books.numbers("H-0001.1")["h800·s"] == (60, 0, 100, 40)
    books.tell("""
        hold   H-0001.1 job-2 40 0.00
        settle job-2 55 0.00 own 0.00
        commit H-0001.1 10 0.00
    """)
    assert books.numbers("H-0001.1")["h800·s"] == (110, 0, 110, 0)
    assert queries.overruns(["H-0001"]) == {"H-0001": {"h800·s": 5}}
    assert queries.verify_book(PROGRAMME) == (True, [])


@pytest.mark.parametrize(
    "last", [("release job-1", "return H-0001.1"), ("return H-0001.1", "release job-1")]
)
@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 60 30.00
    charge  H-0001.1 50 25.00 own 0.00
""")
def test_a_line_closed_beside_its_overrun_ends_as_if_it_had_been_closed_after_it(books, last):
    for line in last:
        books.tell(line)

    assert books.numbers("H-0001.1") == {"h800·s": (50, 0, 50, 0), "HKD": (2500, 0, 2500, 0)}
    assert queries.overruns(["H-0001"]) == {}
    assert books.accounts()["pool/research HKD"] == 97_500
    assert queries.verify_book(PROGRAMME) == (True, [])


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 60 30.00
    charge  H-0001.1 50 25.00 own 0.00
""")
def test_in_a_book_whose_entries_did_not_pay_the_overrun_nothing_is_held_beyond_it(
    books, monkeypatch
):
    monkeypatch.setattr(ledger, "pay_overruns", lambda postings, _balance_of: postings)
    books.tell("release job-1")
    monkeypatch.undo()
    assert books.accounts()["award/H-0001.1/free h800·s"] == 60
    assert books.numbers("H-0001.1")["h800·s"] == (50, 0, 100, 50)
    of_award, of_line = queries.four_numbers(["H-0001"]), queries.line_numbers(["H-0001.1"])
    assert of_award["H-0001"] == of_line["H-0001.1"] == queries.programme_numbers(PROGRAMME)
    assert queries.overruns(["H-0001"]) == {}
    assert queries.verify_book(PROGRAMME) == (True, [])
    with pytest.raises(ledger.BookExhausted) as refused:
        books.tell("hold H-0001.1 job-2 51 0.00")
    assert (refused.value.free, refused.value.settled) == (50, 50)
    books.tell("hold H-0001.1 job-2 50 0.00")
    assert books.numbers("H-0001.1")["h800·s"] == (50, 50, 100, 0)
    assert queries.verify_book(PROGRAMME) == (True, [])


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 40 20.00
    return  H-0001.1
    settle  job-1 25 12.00 own 0.00
    charge  H-0001.1 5 1.00 own 0.00
""")
def test_a_closed_line_lands_its_holds_and_gives_the_rest_back(books):
    assert books.numbers("H-0001.1") == {"h800·s": (25, 0, 25, 0), "HKD": (1200, 0, 1200, 0)}
    assert books.accounts()["pool/research HKD"] == 100000 - 1200
    assert books.accounts()["award/H-0001.1/overrun HKD"] == 100
    with pytest.raises(ledger.LineClosed):
        books.tell("hold H-0001.1 job-2 1 0.00")


@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    reduce  H-0001.1 30 10.00
    commit  H-0001.1 10 2.00
    charge  H-0001.1 20 4.00 own 1.00
    reverse 5
    return  H-0001.1
    reverse 7
""")
def test_grants_are_cut_extended_charged_and_put_right(books):
    assert books.numbers("H-0001.1") == {"h800·s": (0, 0, 80, 80), "HKD": (0, 0, 4200, 4200)}
    assert queries.pool_numbers(PROGRAMME) == [
        queries.PoolNumbers("research", "HKD", funded=100000, committed=4200, settled=0, free=95800)
    ]
    books.tell("hold H-0001.1 job-1 80 42.00")


def test_a_commit_is_all_or_nothing(books):
    grants = [
        ledger.LineGrant("H-0002.1", seconds(5), hkd("500.00")),
        ledger.LineGrant("H-0002.2", seconds(5), hkd("450.01")),
    ]
    with pytest.raises(ledger.PoolExhausted) as refused:
        commands.commit_award(
            programme_code=PROGRAMME,
            award_code="H-0002",
            pool=POOL,
            lines=grants,
            key="agreement",
            by=books.officer,
            now=NOW,
        )
    assert (refused.value.asked, refused.value.free) == (95001, 95000)
    assert queries.four_numbers(["H-0002"]) == {"H-0002": []}


REPEATABLE = [
    "commit H-0001.2 10 5.00",
    "hold H-0001.1 job-2 10 5.00",
    "settle job-1 25 12.00 own 1.00",
    "release job-1",
    "charge H-0001.1 5 1.00 own 0.50",
    "reduce H-0001.1 10 5.00",
    "return H-0001.1",
    "reverse 2",
]


@pytest.mark.parametrize("line", REPEATABLE)
def test_a_repeated_command_posts_once_and_answers_as_the_first(books, line):
    if "job-1" in line:
        books.tell("hold H-0001.1 job-1 40 20.00")
    [first] = books.tell(line)
    before = books.accounts(), queries.head_of(PROGRAMME)
    [again] = books.tell(line)
    assert again == first
    assert (books.accounts(), queries.head_of(PROGRAMME)) == before


def test_the_first_hold_answers_even_when_it_has_ended(books):
    [first] = books.tell("hold H-0001.1 job-1 40 20.00")
    books.tell("release job-1")
    [again] = books.tell("hold H-0001.1 job-1 40 20.00")
    assert (again.pk, again.state) == (first.pk, "released")


# What is promised first is asked where the later refusals are true too: `gone` is no line and no
# hold, job-0 has ended, job-1 is open, and everything asks too much.
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hold gone.1 job-1 -1 0.00", "book.amount_not_positive"),
        ("hold gone.1 job-1 0 0.00", "book.amount_not_positive"),
        ("hold gone.1 job-1 9999999999999999 0.00", "book.amount_too_large"),
        ("hold gone.1 job-1 999 0.00", "book.key_reused"),
        ("hold gone.1 job-9 999 0.00", "book.unknown_line"),
        ("hold H-0002.1 job-9 999 0.00", "book.line_closed"),
        ("hold H-0001.1 job-9 999 0.00", "book.exhausted"),
        ("settle gone -1 0.00 own 0.00 key=job-1", "book.amount_not_positive"),
        ("settle gone 0 0.00 own 10000000000000.01 key=job-1", "book.amount_too_large"),
        ("settle gone 1 0.00 own 0.00 key=job-1", "book.key_reused"),
        ("settle gone 1 0.00 own 0.00", "book.hold_unknown"),
        ("settle job-0 1 0.00 own 0.00", "book.hold_ended"),
        ("release gone key=job-1", "book.key_reused"),
        ("release gone", "book.hold_unknown"),
        ("release job-0 key=again", "book.hold_ended"),
        ("charge gone.1 0 0.00 own 0.00 key=job-1", "book.amount_not_positive"),
        ("charge gone.1 1 0.00 own 0.00 key=job-1", "book.key_reused"),
        ("charge gone.1 1 0.00 own 0.00", "book.unknown_line"),
        ("reduce gone.1 0 0.00 key=job-1", "book.amount_not_positive"),
        ("reduce gone.1 999 0.00 key=job-1", "book.key_reused"),
        ("reduce gone.1 999 0.00", "book.unknown_line"),
        ("reduce H-0002.1 999 0.00", "book.line_closed"),
        ("reduce H-0001.1 61 0.00", "book.exhausted"),
        ("return gone.1 key=job-1", "book.key_reused"),
        ("return gone.1", "book.unknown_line"),
        ("return H-0002.1", "book.line_closed"),
        ("commit H-0002.1 0 0.00 key=job-1", "book.amount_not_positive"),
        ("commit H-0002.1 1 9999.00 key=job-1", "book.key_reused"),
        ("commit H-0002.1 1 9999.00", "book.line_closed"),
        ("commit H-0001.1 1 9999.00", "book.pool_exhausted"),
        ("reverse 99 key=job-1", "book.key_reused"),
        ("reverse 99", "book.unknown_entry"),
        ("reverse 8 key=again", "book.already_reversed"),
        ("reverse 6", "book.not_reversible"),
        ("reverse 3", "book.line_closed"),
        ("reverse 2", "book.cannot_reverse"),
    ],
)
@books("""
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    commit  H-0002.1 10 5.00
    hold    H-0001.1 job-0 10 5.00
    release job-0
    hold    H-0001.1 job-1 40 20.00
    return  H-0002.1 key=the end
    charge  H-0001.1 10 5.00 own 0.00
    reverse 8
""")
def test_refusals_come_in_the_promised_order_and_leave_nothing_behind(books, line, code):
    before = books.accounts(), queries.head_of(PROGRAMME), Hold.objects.count()
    with pytest.raises(Refusal) as refused:
        books.tell(line)
    assert refused.value.code == code
    assert (books.accounts(), queries.head_of(PROGRAMME), Hold.objects.count()) == before


@books(FUNDED + "    hold H-0001.1 job-1 40 20.00\n    hold H-0001.1 job-2 50 20.00")
def test_an_exhausted_line_names_its_largest_holds(books):
    with pytest.raises(ledger.BookExhausted) as refused:
        books.tell("hold H-0001.1 job-3 11 1.00")
    facts = refused.value.facts
    assert [(key, amount) for key, amount, _ in facts["holds"]] == [("job-2", 50), ("job-1", 40)]
    assert (facts["free"], facts["in_flight"], facts["hold_count"]) == (10, 90, 2)


def test_funding_needs_two_people(books):
    both = somebody("both", Role.OFFICER, Role.FINANCE)
    asked = commands.ask_funding(
        programme_code=PROGRAMME, pool=POOL, amount=hkd("5.00"), reason="vote", by=both, now=NOW
    )
    with pytest.raises(Refusal) as refused:
        commands.approve_funding(request_id=asked.pk, by=both, now=NOW)
    assert refused.value.code == "funding.same_person"
    approved = commands.approve_funding(request_id=asked.pk, by=books.finance, now=NOW)
    assert approved.state == "approved"
    assert books.accounts()["pool/research HKD"] == 95500
    with pytest.raises(Refusal) as refused:
        commands.approve_funding(request_id=asked.pk, by=both, now=NOW)
    assert refused.value.code == "funding.already_decided"


def test_refused_funding_posts_nothing_and_leaves_a_trail(books):
    asked = commands.ask_funding(
        programme_code=PROGRAMME,
        pool="new",
        amount=hkd("5.00"),
        reason="?",
        by=books.officer,
        now=NOW,
    )
    commands.refuse_funding(request_id=asked.pk, reason="no vote", by=books.finance, now=NOW)
    assert FundingRequest.objects.get(pk=asked.pk).state == "refused"
    assert "pool/new HKD" not in books.accounts()
    trail = AuditLine.objects.filter(subject_kind="funding", subject_key=str(asked.pk))
    assert [line.action for line in trail.order_by("id")] == ["funding.asked", "funding.refused"]


@pytest.mark.parametrize(
    ("role", "act"),
    [
        (
            Role.FINANCE,
            lambda by, _: commands.ask_funding(
                programme_code=PROGRAMME, pool=POOL, amount=hkd("-5"), reason="", by=by, now=NOW
            ),
        ),
        (
            Role.OFFICER,
            lambda by, pk: commands.approve_funding(request_id=pk, by=by, now=NOW),
        ),
        (
            Role.OFFICER,
            lambda by, pk: commands.refuse_funding(request_id=pk, reason="", by=by, now=NOW),
        ),
        (
            Role.AUDITOR,
            lambda by, _: commands.reverse_entry(
                programme_code=PROGRAMME, number=99, key="k", by=by, now=NOW, reason=""
            ),
        ),
    ],
)
def test_the_wrong_role_is_refused_before_anything_else(books, role, act):
    decided = FundingRequest.objects.get()
    with pytest.raises(Refusal) as refused:
        act(somebody("stranger", role), decided.pk)
    assert refused.value.code == "access.not_allowed"


def test_a_funding_request_that_is_not_there_is_not_found(books):
    with pytest.raises(Refusal) as refused:
        commands.approve_funding(request_id=10**9, by=books.finance, now=NOW)
    assert refused.value.code == "access.not_found"


def test_a_hold_takes_eight_statements_and_a_settlement_nine(books, django_assert_num_queries):
    if connection.vendor == "postgresql":
        hold = settlement = 0  # they go to the server in a trip that Django does not see
    else:
        hold, settlement = 8, 9
    books.tell("charge H-0001.1 1 0.10 own 0.10")
    with django_assert_num_queries(
        hold + 2
    ):  # and a savepoint's two, inside the test's transaction
        books.tell("hold H-0001.1 job-1 40 20.00")
    with django_assert_num_queries(settlement + 2):
        books.tell("settle job-1 25 12.00 own 1.00")
    assert Entry.objects.count() == 5
