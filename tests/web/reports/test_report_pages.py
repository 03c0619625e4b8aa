"""Pages of figures, statements, money, the book and the trail: who sees them and what they say."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed, make_person, person_behind
from tests.fakes import ObedientEngine
from tests.papers import characters_in

from praya.apps.books.queries import head_of, pool_numbers, trial_balance_in_short
from praya.apps.people.commands import update_profile
from praya.apps.people.models import Organisation
from praya.apps.reports.commands import take_snapshot
from praya.apps.usage.commands import accrue_leases, run_schedule, submit_job, track_jobs
from praya.core.actor import Role
from praya.words import clock

BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)
NOW = BEGIN + timedelta(days=11)
TEN_DAYS = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 2, 10))


@pytest.fixture(autouse=True)
def _at_now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def award(db):
    make_site(BEGIN - timedelta(days=5))
    award = active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS])
    accrue_leases(now=NOW)
    take_snapshot(programme_code="pier", now=NOW)
    return award


@pytest.fixture
def as_(client):
    def sign_in(actor):
        client.force_login(person_behind(actor))
        return client

    return sign_in


def holding(role):
    email = f"{role.value}@pier.example"
    return appointed("pier", role, BEGIN, "" if role in {Role.OFFICER, Role.FINANCE} else email)


def test_anybody_sees_the_figures_with_their_definitions(client, award):
    page = client.get("/programmes/pier/figures/").content.decode()

    assert "Denominator" in page
    assert "Reserved over in service" in page
    assert "HK$10,080.00" in page


def test_figures_say_so_before_there_are_any(client, now, db):
    make_site(now)

    page = client.get("/programmes/pier/figures/")

    assert page.status_code == 200
    assert "No figures have been taken yet" in page.content.decode()


def test_figures_come_as_json_and_as_csv(client, award):
    as_json = json.loads(client.get("/programmes/pier/figures.json").content)
    as_csv = client.get("/programmes/pier/figures.csv").content.decode("utf-8-sig")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(as_csv))}

    drawn = next(figure for figure in as_json["figures"] if figure["code"] == "drawn")
    assert (drawn["numerator"], drawn["unit"]) == (1_008_000, "HKD")
    assert (rows["drawn"]["numerator"], rows["drawn"]["unit"]) == ("1008000", "HKD")
    assert rows["utilisation"]["denominator"] == str(
        next(f for f in as_json["figures"] if f["code"] == "utilisation")["denominator"]
    )
    assert all(figure["definition"] for figure in as_json["figures"])


def test_the_csv_has_every_number_of_the_series(client, award):
    as_json = json.loads(client.get("/programmes/pier/figures.json").content)
    as_csv = client.get("/programmes/pier/figures.csv").content.decode("utf-8-sig")

    found = {
        (row["code"], row["of"]): int(row["numerator"])
        for row in csv.DictReader(io.StringIO(as_csv))
        if row["of"]
    }

    kept = {
        (f"{series}.{name}", row[part]): amount
        for series, part in (
            ("by_month", "month"),
            ("by_device_model", "device_model"),
            ("by_kind", "kind"),
        )
        for row in as_json[series]
        for name, amount in row.items()
        if isinstance(amount, int)
    }
    assert found == kept
    assert found["by_month.drawn_minor", "2026-02"] == 1_008_000


def test_every_chart_and_series_says_what_it_shows(client, award):
    page = " ".join(client.get("/programmes/pier/figures/").content.decode().split())
    as_json = json.loads(client.get("/programmes/pier/figures.json").content)
    as_csv = client.get("/programmes/pier/figures.csv").content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(as_csv)) if row["of"]]

    assert page.count("<figcaption>") == 4
    assert re.findall(r"<figcaption>[^<]+</figcaption> (?!<p class=\"quiet\">)", page) == []
    assert {row["code"]: row["definition"] for row in rows} == as_json["definitions"]
    assert all(as_json["definitions"].values())


@pytest.mark.parametrize("path", ["figures/", "figures.json", "figures.csv", "awards/"])
def test_an_unknown_programme_has_no_figures(client, db, path):
    assert client.get(f"/programmes/nowhere/{path}").status_code == 404


def test_public_figures_cost_a_fixed_number_of_queries(
    client, award, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        client.get("/programmes/pier/figures/")


def test_anybody_sees_the_head_of_the_book(client, award):
    head = head_of("pier")
    page = " ".join(client.get("/programmes/pier/figures/").content.decode().split())

    assert head.entries
    assert f'<dd class="number">{head.entries}</dd>' in page
    assert f'<code class="seal">{head.sha256}</code>' in page
    assert "<dt>At</dt><dd>" in page
    assert "Whoever keeps this can prove later" in page


def test_the_register_lists_released_awards(client, award, django_assert_num_queries):
    with CaptureQueriesContext(connection) as with_one:
        page = client.get("/programmes/pier/awards/").content.decode()

    assert award.code in page
    assert "HK$10,080.00" in page
    active_award(BEGIN, hours=5, lead="b@pier.example")
    active_award(BEGIN, hours=5, lead="c@pier.example")
    with django_assert_num_queries(len(with_one)):
        client.get("/programmes/pier/awards/")
    assert len(with_one) <= 6


def test_a_lead_reads_the_statement_on_screen_as_csv_and_on_paper(as_, award):
    client = as_(lead_of(award, NOW))
    address = f"/awards/{award.code}/statements/2026-02"

    months = client.get(f"/awards/{award.code}/statements/").content.decode()
    page = client.get(f"{address}/").content.decode()
    rows = client.get(f"{address}/?export=csv").content.decode("utf-8-sig")
    paper = client.get(f"{address}.pdf")

    assert "HK$14,400.00" in months
    for words in ("HK$14,400.00", "HK$10,080.00", "HK$4,320.00", "70 %", "version 1"):
        assert words in page
    assert len(list(csv.reader(io.StringIO(rows)))) == 11
    assert paper["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert "HK$10,080.00" in text
    assert "Pier University" in text


@pytest.mark.parametrize("month", ["2026-13", "2026-2", "feb", "2026-02-01"])
def test_a_month_that_is_none_is_not_found(as_, award, month):
    client = as_(lead_of(award, NOW))

    assert client.get(f"/awards/{award.code}/statements/{month}/").status_code == 404


def test_a_statement_leads_to_the_jobs_that_its_reader_may_see(as_, db):
    make_site(BEGIN - timedelta(days=5))
    award = active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS, Given(hours=10)])
    engine = ObedientEngine(now=NOW)
    lead = lead_of(award, NOW)
    job = submit_job(
        award_code=award.code,
        line_number=2,
        cards=1,
        time_limit_s=3600,
        argv=["true"],
        key="one",
        by=lead,
        now=NOW,
    )
    run_schedule(engine=engine, cluster_code="quay", now=NOW)
    engine.pass_time(3600)
    track_jobs(engine=engine, cluster_code="quay", now=NOW + timedelta(hours=1))
    link = f'href="/jobs/{job.code}/"'
    statement = f"/awards/{award.code}/statements/2026-02/"

    assert link in as_(lead).get(statement).text
    shown = as_(holding(Role.FINANCE)).get(statement).text
    assert job.code in shown
    assert link not in shown


def test_a_stranger_finds_no_statement(client, award):
    client.force_login(make_person("stranger@pier.example"))

    for path in ("", "2026-02/", "2026-02.pdf"):
        assert client.get(f"/awards/{award.code}/statements/{path}").status_code == 404


def test_a_paper_in_chinese_shows_chinese(as_, award, now):
    lead = lead_of(award, NOW)
    update_profile(name="Lead", name_zh="", language="zh-hant", by=lead, now=NOW)

    paper = as_(lead).get(f"/awards/{award.code}/statements/2026-02.pdf")

    assert paper.status_code == 200
    assert set("月結單資助自付") <= characters_in(paper.content)


def test_funding_takes_two_people(as_, award):
    before = next(one.funded for one in pool_numbers("pier") if one.pool == "subsidy")
    officer, finance = holding(Role.OFFICER), holding(Role.FINANCE)
    client = as_(officer)
    asked = client.post(
        "/finance/pier/funding/new/",
        {"pool": "subsidy", "amount": "1,000,000.00", "reason": "The second year."},
    )
    assert asked["Location"] == "/finance/pier/"
    assert "Waits for finance" in client.get("/finance/pier/").content.decode()
    request_id = int(
        client.get("/finance/pier/")
        .content.decode()
        .split("/finance/pier/funding/")[2]
        .split("/")[0]
    )
    refused = client.post(f"/finance/pier/funding/{request_id}/", {"answer": "approve"})
    assert refused.status_code == 403

    unread = as_(finance).post(f"/finance/pier/funding/{request_id}/", {"reason": "No."})
    assert "This field is required." in unread.text
    as_(finance).post(f"/finance/pier/funding/{request_id}/", {"answer": "approve"})

    after = next(one.funded for one in pool_numbers("pier") if one.pool == "subsidy")
    assert after - before == 100_000_000


def test_finance_reads_and_finds_an_organisation_in_its_own_language(as_, award):
    Organisation.objects.filter(pk=award.organisation_id).update(name_zh="碼頭大學")
    client = as_(holding(Role.FINANCE))

    page = client.get("/finance/pier/?charges-q=碼頭", headers={"accept-language": "zh-hant"})

    assert "碼頭大學" in page.content.decode()
    assert "Pier University" not in page.content.decode()


@pytest.mark.parametrize("amount", ["", "a lot", "1.005", "-5", "0", "NaN", "9" * 29])
def test_an_amount_that_is_none_is_said_and_nothing_is_lost(as_, award, amount):
    client = as_(holding(Role.OFFICER))

    page = client.post(
        "/finance/pier/funding/new/",
        {"pool": "subsidy", "amount": amount, "reason": "The second year."},
    )

    assert page.status_code == 200
    assert "The second year." in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode() or "alert" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUDITOR, 200), (Role.FINANCE, 200), (Role.OFFICER, 200), (Role.REVIEWER, 403)],
)
def test_who_reads_the_book(as_, award, role, status):
    client = as_(holding(role))

    assert client.get("/finance/pier/").status_code == status
    assert client.get("/finance/pier/book/").status_code == status


def test_the_balances_of_the_book_are_sorted_searched_and_exported(as_, award):
    client = as_(holding(Role.AUDITOR))

    def rows(**query):
        asked = {f"account-{name}": value for name, value in query.items()} | {
            "account-export": "csv"
        }
        text = client.get("/finance/pier/book/", asked).getvalue().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    kept = {(one.account, one.commodity) for one in trial_balance_in_short("pier").accounts}
    found = rows(sort="-amount", q="HKD")
    assert {(row["Account"], row["Commodity"]) for row in rows()} == kept
    assert {row["Commodity"] for row in found} == {"HKD"}
    amounts = [float(row["Balance"]) for row in found]
    assert (len(amounts) > 2, amounts) == (True, sorted(amounts, reverse=True))
    assert "<details open>" in client.get("/finance/pier/book/", {"account-q": "pool"}).text
    assert "<details open>" not in client.get("/finance/pier/book/").text


def test_months_of_statements_are_searched(client, award):
    client.force_login(award.lead)
    page = f"/awards/{award.code}/statements/"

    assert "statements/2026-02/" in client.get(page, {"q": "2026-02"}).text
    assert "statements/2026-02/" not in client.get(page, {"q": "2025"}).text


def test_the_book_and_the_trail_are_proved_on_demand(as_, award):
    client = as_(holding(Role.AUDITOR))

    assert "The book is whole" in client.post("/finance/pier/book/").content.decode()
    assert "The trail is whole" in client.post("/programmes/pier/trail/").content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUDITOR, 200), (Role.FINANCE, 200), (Role.OFFICER, 403), (Role.COMMITTEE, 403)],
)
def test_finance_and_auditors_have_the_book_proved(as_, award, role, status):
    client = as_(holding(role))

    shown = client.get("/finance/pier/book/").content.decode()
    assert ("Prove the book now" in shown) is (status == 200)
    assert client.post("/finance/pier/book/").status_code == status


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.OPERATOR])
def test_only_auditors_read_the_trail(as_, award, role):
    assert as_(holding(role)).get("/programmes/pier/trail/").status_code == 403
