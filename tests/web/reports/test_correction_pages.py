"""Pages on which two people of finance put the book right, in both languages."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.awarding import make_site
from tests.factories import appointed, make_person, person_behind

from praya.apps.books.commands import ask_adjustment, ask_funding, refuse_correction
from praya.apps.books.models import Correction
from praya.apps.books.queries import trial_balance
from praya.apps.usage.commands import approve_correction
from praya.core.actor import Role
from praya.core.quantity import Money
from praya.words import clock

CHINESE = {"accept-language": "zh-hant"}
LIST, NEW = "/finance/pier/corrections/", "/finance/pier/corrections/new/"
MOVE = {
    "source": "pool/subsidy",
    "target": "outside/subsidy",
    "commodity": "HKD",
    "amount": "1250",
    "reason": "Voted once, entered twice.",
}


@pytest.fixture(autouse=True)
def _at_now(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def people(db, now):
    """Two of finance, an auditor and an officer, at a site whose pool is funded."""
    make_site(now)
    return {
        name: appointed("pier", role, now, f"{name}@money.example")
        for name, role in {
            "first": Role.FINANCE,
            "second": Role.FINANCE,
            "auditor": Role.AUDITOR,
            "officer": Role.OFFICER,
        }.items()
    }


@pytest.fixture
def as_(people):
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(person_behind(people[name]))
        return client

    return sign_in


def asked(people, now, reason: str = "Too much.", amount: int = 100) -> Correction:
    return ask_adjustment(
        programme_code="pier",
        source=MOVE["source"],
        target=MOVE["target"],
        commodity="HKD",
        amount=amount,
        reason=reason,
        by=people["first"],
        now=now,
    )


def text_of(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def pool() -> int:
    accounts = trial_balance("pier").accounts
    return next(each.amount for each in accounts if each.account == "pool/subsidy")


def test_a_correction_is_asked_on_its_page_and_approved_by_another(as_, people):
    before = pool()
    assert as_("first").post(NEW, MOVE)["Location"] == LIST
    correction = Correction.objects.get()
    page = reverse("web:correction", args=["pier", correction.pk])

    shown = text_of(as_("second").get(page))
    for words in (
        "HK$12.50 from pool/subsidy to outside/subsidy",
        MOVE["reason"],
        "First",
        "Waits for somebody else",
        "Approve and post it",
    ):
        assert words in shown
    assert as_("second").post(page, {"answer": "approve"})["Location"] == LIST

    assert before - pool() == 1250
    after = text_of(as_("second").get(page))
    assert "Approve and post it" not in after
    assert "Posted as entry" in after
    assert as_("auditor").get(LIST).status_code == 200


def test_a_refused_correction_keeps_the_book_as_it_was(as_, people, now):
    before, page = pool(), reverse("web:correction", args=["pier", asked(people, now).pk])

    answer = as_("second").post(page, {"answer": "refuse", "reason": "It was right."})

    assert (answer["Location"], pool()) == (LIST, before)
    assert Correction.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"reason": "No."}, "This field is required."),
        ({"answer": "perhaps", "reason": "No."}, "perhaps is not one of the available choices"),
        ({"answer": "refuse", "reason": "N" * 1001}, "at most 1000 characters"),
        ({"answer": "refuse", "reason": "N\0o."}, "Null characters are not allowed."),
    ],
)
def test_an_answer_that_is_none_decides_nothing(as_, people, now, sent, sentence):
    page = reverse("web:correction", args=["pier", asked(people, now).pk])

    answer = as_("second").post(page, sent)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert sent["reason"].split("\0")[0] in text_of(answer)
    assert Correction.objects.get().state == "asked"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"number": "999", "reason": "Twice."}, "The book has no entry 999."),
        (MOVE | {"amount": ""}, "The amount is nothing, or less."),
        (MOVE | {"source": "pool/gone"}, "pool/gone"),
        (MOVE | {"target": "pool/subsidy"}, "pool/subsidy"),
        (MOVE | {"reason": ""}, "This field is required."),
        (MOVE | {"amount": str(10**18)}, "larger than any programme could mean"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stays(as_, sent, sentence):
    answer = as_("first").post(NEW, sent)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert all(value in text_of(answer) for value in sent.values())
    assert not Correction.objects.exists()


def test_nobody_approves_what_they_asked_for(as_, people, now):
    page = reverse("web:correction", args=["pier", asked(people, now).pk])

    answer = as_("first").post(page, {"answer": "approve"})

    assert answer.status_code == 200
    assert 'role="alert"' in text_of(answer)
    assert Correction.objects.get().state == "asked"


@pytest.mark.parametrize(
    ("name", "statuses"),
    [("first", [200, 200, 200]), ("auditor", [200, 403, 200]), ("officer", [403, 403, 403])],
)
def test_who_sees_corrections(as_, people, now, name, statuses):
    page = reverse("web:correction", args=["pier", asked(people, now).pk])
    client = as_(name)

    assert [client.get(url).status_code for url in (LIST, NEW, page)] == statuses
    if name == "auditor":
        assert "Ask for a correction" not in text_of(client.get(LIST))
        assert "Approve and post it" not in text_of(client.get(page))


def test_a_stranger_is_turned_away(client, people):
    client.force_login(make_person("stranger@pier.example"))
    assert client.get(LIST).status_code in {403, 404}


def test_the_list_is_empty_searched_filtered_sorted_and_exported(as_, people, now):
    client = as_("auditor")
    assert "Nothing was asked to be put right." in text_of(client.get(LIST))
    decided = {"by": people["second"], "now": now}
    approve_correction(correction_id=asked(people, now, "Alpha.").pk, **decided)
    refuse_correction(correction_id=asked(people, now, "Beta.").pk, reason="No.", **decided)
    asked(people, now, "Gamma.")

    def reasons(**query: str) -> list[str]:
        shown = text_of(client.get(LIST, query))
        return [word for word in ("Alpha.", "Beta.", "Gamma.") if word in shown]

    assert reasons() == ["Alpha.", "Beta.", "Gamma."]
    assert reasons(q="beta") == ["Beta."]
    assert [reasons(state=state) for state in ("approved", "refused", "asked")] == [
        ["Alpha."],
        ["Beta."],
        ["Gamma."],
    ]
    as_file = client.get(LIST, {"export": "csv", "sort": "state"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(as_file)))
    assert [row["State"] for row in rows] == ["approved", "asked", "refused"]
    assert {row["Correction"] for row in rows} == {"HK$1.00 from pool/subsidy to outside/subsidy"}


def test_the_pages_cost_the_same_however_many_were_asked(
    as_, people, now, django_assert_num_queries
):
    client, first = as_("second"), asked(people, now)
    pages = [LIST, NEW, reverse("web:correction", args=["pier", first.pk])]
    costs = []
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        costs.append(len(queries))
    for _ in range(4):
        asked(people, now)

    for page, cost in zip(pages, costs, strict=True):
        assert cost <= 15
        with django_assert_num_queries(cost):
            client.get(page)


def test_the_pages_are_in_the_readers_language(as_, people, now):
    page = reverse("web:correction", args=["pier", asked(people, now).pk])
    client = as_("second")

    for url, heading in ((LIST, "更正"), (NEW, "更正"), (page, "更正")):
        english = text_of(client.get(url))
        chinese = text_of(client.get(url, headers=CHINESE))
        assert 'lang="en"' in english
        assert 'lang="zh-Hant"' in chinese
        assert heading in chinese.partition("<main")[2]


def test_what_others_asked_for_waits_on_the_first_page_of_finance(as_, people, now):
    asked(people, now)
    ask_funding(
        programme_code="pier",
        pool="subsidy",
        amount=Money(100_00, "HKD"),
        reason="The second year.",
        by=people["officer"],
        now=now,
    )

    pages = {name: as_(name).get("/").content.decode() for name in people}

    told = {
        name: (
            "A correction of the book of pier is to be decided" in page,
            "HK$100.00 of funding is to be approved" in page,
        )
        for name, page in pages.items()
    }
    assert told == {
        "first": (False, True),
        "second": (True, True),
        "auditor": (False, False),
        "officer": (False, False),
    }
