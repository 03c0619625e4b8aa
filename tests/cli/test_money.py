"""Money at the terminal: a month closed and invoiced, a claim paid out, the book put right."""

from __future__ import annotations

import pytest
from tests.apps.billing.cases import MARCH, make_house
from tests.apps.billing.test_claims import RULES
from tests.apps.billing.test_years import NEW_YEAR, YEARS, site
from tests.awarding import make_site
from tests.cli.running import refused
from tests.factories import appointed, make_person

from praya.apps.billing.commands import lapse_years
from praya.apps.books.models import Correction, FundingRequest
from praya.apps.programmes.models import Round
from praya.core.actor import Actor, Role
from praya.words import clock

pytestmark = pytest.mark.django_db
LEAD, FINANCE, OTHER = "lead@pier.example", "cash@pier.example", "desk@pier.example"
WHY = ("--reason", "It was none.")


@pytest.fixture
def in_march(praya, monkeypatch):
    """The program on 2 March, after the lease of February."""
    monkeypatch.setattr(clock, "now", lambda: MARCH)
    return praya


def test_a_month_is_closed_invoiced_paid_and_credited(in_march, tmp_path):
    praya = in_march
    make_house()
    praya("login", FINANCE)
    assert "is not closed" in refused(praya("invoice", "issue", "pier", "2026-02"))
    asked = praya("period", "close", "pier", "2026-02", typed="n\n")
    assert (asked.status, asked.out.strip()) == (1, "")
    closed = praya("period", "close", "pier", "2026-02", "--yes")
    assert closed.status == 0, closed.err
    assert "2026-02" in praya("period", "list", "pier").out
    assert praya("invoice", "issue", "pier", "2026-02").status == 0
    [invoice] = praya("--json", "invoice", "list", "pier").json
    code = invoice["code"]
    assert "HKD 4,320.00" in praya("invoice", "ageing", "pier").out
    paper = tmp_path / "invoice.pdf"
    assert praya("invoice", "pdf", code, paper).status == 0
    assert paper.read_bytes().startswith(b"%PDF")

    record = ("payment", "record", "pier", code)
    how = ("--paid-on", "2026-03-02", "--bank-reference", "in-1")
    assert "is no amount of money" in refused(praya(*record, "lots", *how))
    paid = praya(*record, "4,000.00", *how).out
    assert paid.endswith(f" of HKD 4,000.00 for {code} is recorded.\n")
    assert "HKD 4,000.00" in praya("invoice", "show", code).out
    number = paid.split()[1]
    assert praya("payment", "undo", number, *WHY).out.startswith(f"Payment {number} is undone")
    shown = praya("invoice", "show", code).out
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("Payment ")] == [
        "4,000.00",
        "-4,000.00",
    ]
    refused(praya("payment", "undo", 99, *WHY))
    assert "somebody else of finance" in refused(praya("invoice", "credit", code, "20.00", *WHY))
    praya("login", "desk@pier.example")
    credited = praya("invoice", "credit", code, "20.00", *WHY).out
    assert credited.startswith("Credit note ")
    assert "HKD 4,300.00" in praya("invoice", "list", "pier").out
    praya("login", LEAD)
    refused(praya("payment", "undo", number, *WHY))


def test_a_claim_is_written_assessed_and_paid(in_march, settings, tmp_path):
    praya = in_march
    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    paper = tmp_path / "evidence.pdf"
    paper.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    praya("login", LEAD)
    code = praya("claim", "begin", house.award.code).out.split()[1].rstrip(":")
    facts = ("--cost", "rent", "--supplier", "Reef Clouds", "--paid-on", "2026-02-03")
    for origin, amount in (("domestic", "1,000.00"), ("foreign", "3.33")):
        added = praya("claim", "add", code, amount, paper, *facts, "--origin", origin)
        assert added.status == 0, added.err
    assert praya("claim", "remove", code, 2).status == 0
    assert praya("claim", "submit", code).out.startswith(f"{code}, submitted: ")
    refused(praya("claim", "remove", code, 1))

    praya("login", FINANCE)
    assert code in praya("claim", "list", "pier").out
    told = praya("claim", "answer", code, 1, "600.00", "--reason", "Tax.")
    assert told.status == 0, told.err
    refused(praya("claim", "approve", code))
    praya("login", OTHER)
    assert praya("claim", "approve", code).out.startswith(f"{code}, approved: ")
    refused(praya("claim", "reject", code, *WHY))
    pay = ("claim", "pay", code, "--paid-on", "2026-03-02", "--bank-reference", "out-1")
    assert praya(*pay).out.startswith(f"{code}, paid: ")
    assert "HKD 600.00" in praya("claim", "show", code).out


def test_the_book_is_put_right_and_money_refused_by_two(in_march):
    praya = in_march
    make_house()
    praya("login", FINANCE)
    [newest, *_] = praya("--json", "book", "entries", "pier").json
    reverse = praya("book", "reverse", "pier", newest["number"], *WHY)
    first = Correction.objects.get().pk
    assert reverse.out == f"Correction {first} (reverse entry {newest['number']}): asked.\n"
    between = ("--from", "centre/revenue", "--to", "pool/subsidy")
    moved = praya("book", "adjust", "pier", 500, "HKD", *between, *WHY).out
    what = "centre/revenue → pool/subsidy HKD 5.00"
    second = Correction.objects.latest("pk").pk
    assert moved == f"Correction {second} ({what}): asked.\n"
    refused(praya("book", "approve", first))
    praya("login", OTHER)
    assert praya("book", "approve", first).out.endswith(": approved.\n")
    assert praya("book", "refuse", second, *WHY).out == f"Correction {second} ({what}): refused.\n"
    states = [one["state"] for one in praya("--json", "book", "corrections", "pier").json]
    assert states == ["refused", "approved"]
    assert what in praya("book", "corrections", "pier").out

    praya("login", "second.officer@pier.example")
    assert praya("funding", "ask", "pier", "subsidy", "1,000.50", *WHY).status == 0
    round_id = Round.objects.earliest("pk").pk
    assert "No decision of the round" in refused(praya("round", "release", round_id))
    praya("login", FINANCE)
    number = FundingRequest.objects.latest("pk").pk
    refusal = praya("funding", "refuse", number, *WHY).out
    assert refusal == f"Request {number} for HKD 1,000.50: refused.\n"


def test_an_organisation_is_registered_and_who_asks_is_refused(praya, now):
    make_site(now)
    for email in (LEAD, "jun@lab.example"):
        make_person(email)
    praya("login", LEAD)
    made = praya("organisation", "register", "Reef", "--kind", "start-up").out
    assert made.endswith(" of the register.\n")
    number = made.split(" is number ")[1].split()[0]
    where = ("--registry", "CR", "--registry-number", "77")
    assert praya("organisation", "registration", number, *where).status == 2, "no evidence"
    said = praya("organisation", "registration", number, *where, "--evidence", "A certificate.")
    assert said.out == "Reef is registered as HK CR 77. An officer checks it.\n"
    assert "Reef" in praya("organisation", "list", "--named", "ree").out
    praya("login", "jun@lab.example")
    praya("organisation", "join", number)
    refused(praya("organisation", "registration", number, *where, "--evidence", "Mine."))
    praya("login", LEAD)
    [asks] = praya("--json", "organisation", "requests").json
    assert praya("organisation", "refuse", asks["id"]).status == 0
    assert praya("organisation", "requests").out == "Nobody waits.\n"


def test_a_year_is_kept_by_the_role_and_let_go_again(praya, monkeypatch):
    site(YEARS[0] | {"waived_by": "committee"})
    for role in (Role.COMMITTEE, Role.FINANCE):
        appointed("pier", role, NEW_YEAR)
    monkeypatch.setattr(clock, "now", lambda: NEW_YEAR)
    keep = ("funding", "keep-year", "pier", "subsidy", "2026-01-01", "--reason")
    praya("login", "finance@pier.example")
    assert "committee" in refused(praya(*keep, "The call is late."))
    praya("login", "committee@pier.example")
    left = "HKD 9,997,900.00"
    assert praya(*keep, "The call is late.").out == f"What is left stays: {left}.\n"
    [year] = praya("funding", "years", "pier").out.splitlines()[1:]
    assert left in year
    assert year.rstrip().endswith("The call is late.")
    assert lapse_years(by=Actor.praya("years"), now=NEW_YEAR) == []
    why = praya("why", "year", "pier", "subsidy", "2026-01-01").out
    assert why.startswith("HK$9,997,900.00  ")
    assert praya(*keep, "It was not.", "--withdraw").out == f"What is left lapses: {left}.\n"
    assert lapse_years(by=Actor.praya("years"), now=NEW_YEAR) == ["lapse:subsidy:2026-01-01"]
    assert "lapsed" in refused(praya(*keep, "Once more."))
