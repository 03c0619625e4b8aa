"""Pages that explain a figure: from every figure's place to the records, in one click."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed, person_behind

from praya.apps.applications.models import Application
from praya.apps.reports.commands import take_snapshot
from praya.apps.usage.commands import accrue_leases, submit_job
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
    award = active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS, Given(hours=10)])
    accrue_leases(now=NOW)
    take_snapshot(programme_code="pier", now=NOW)
    return award


@pytest.fixture
def lead(client, award):
    client.force_login(person_behind(lead_of(award, NOW)))
    return client


def links(page, beginning):
    return re.findall(rf'href="({re.escape(beginning)}[^"]*)"', page.replace("&amp;", "&"))


def test_each_of_the_four_numbers_leads_to_its_explanation(lead, award):
    page = lead.get(f"/awards/{award.code}/").text
    found = links(page, f"/awards/{award.code}/why/")

    assert len(found) == 8  # four numbers of money, four of time
    for url in found:
        answer = lead.get(url)
        assert answer.status_code == 200
        assert "Why?" in answer.text


def test_the_days_of_a_lease_are_written_as_people_write_them(lead, award):
    for page in ("why/settled/", "entries/"):
        shown = lead.get(f"/awards/{award.code}/{page}").text
        assert "Lease from 1 February 2026 to 10 February 2026" in shown


def test_settled_leads_to_the_charge_its_price_and_rules(lead, award):
    page = lead.get(f"/awards/{award.code}/why/settled/").text

    assert "HK$10,080.00" in page
    assert "Entry 3 of" in page
    [first, *_] = links(page, "/charges/")
    charge = lead.get(first).text
    assert "at HK$30.00 a card-hour that lists at HK$1,440.00" in charge
    assert "/programmes/pier/rules/1/" in charge
    assert "Price list: HK$30.00 a card-hour of nvidia-h800 since 1 January 2026" in charge


def test_a_statement_leads_to_its_sums_and_charges(lead, award):
    page = lead.get(f"/awards/{award.code}/statements/2026-02/").text
    sums = links(page, f"/awards/{award.code}/statements/2026-02/why/")

    assert len(sums) == 4
    assert "HK$4,320.00" in lead.get(sums[2]).text
    assert len(links(page, "/charges/")) == 10


def test_a_long_chain_is_paged(lead, award, monkeypatch):
    page = lead.get(f"/awards/{award.code}/statements/2026-02/why/?of=own&from=8").text

    assert "8 more on other pages" in page
    assert "Later ones" in page
    assert "Earlier ones" not in page
    assert lead.get(f"/awards/{award.code}/why/free/?from=nonsense").status_code == 200


def test_anybody_is_told_why_of_a_public_figure_and_auditors_more(client, award):
    page = client.get("/programmes/pier/figures/").text
    found = links(page, "/programmes/pier/figures/")
    whys = [url for url in found if url.endswith("/why/")]

    assert len(whys) >= 5
    for url in whys:
        assert client.get(url).status_code == 200
    assert award.code not in client.get("/programmes/pier/figures/drawn/why/").text
    auditor = appointed("pier", Role.AUDITOR, BEGIN, "auditor@pier.example")
    client.force_login(person_behind(auditor))
    told = client.get("/programmes/pier/figures/drawn/why/").text
    assert links(told, f"/awards/{award.code}/why/settled/")


def test_pools_accounts_and_public_time_lead_down_to_the_charges(client, award):
    finance = appointed("pier", Role.FINANCE, BEGIN, "cash@pier.example")
    client.force_login(person_behind(finance))

    def follow(url, beginning, n=0):
        page = client.get(url)
        assert page.status_code == 200, url
        return links(page.text, beginning)[n]

    of_pool = links(client.get("/finance/pier/").text, "/finance/pier/why/")
    assert len(of_pool) == 4  # funded, committed, settled, free
    account = follow(of_pool[2], "/finance/pier/why/")
    entry = follow(account, "/finance/pier/entries/")
    assert "lists at HK$1,440.00" in client.get(follow(entry, "/charges/")).text
    trial = links(client.get("/finance/pier/book/").text, "/finance/pier/why/")
    assert {client.get(url).status_code for url in trial} == {200}
    Application.objects.update(submitted_at=BEGIN)  # so the figures begin with the lease
    take_snapshot(programme_code="pier", now=NOW + timedelta(days=1))
    use = follow("/programmes/pier/figures/card-hours/why/", f"/awards/{award.code}/use/why/")
    day = follow(use, f"/awards/{award.code}/use/why/")
    assert "48.0 card-hours" in client.get(day).text
    assert follow(day, "/charges/") == f"/charges/lease:{award.code}.1:2026-02-10/why/"


def test_a_refusal_leads_to_the_figure_it_rests_on(lead, award):
    order = {
        "key": "greedy",
        "line": f"{award.code}:2",
        "cards": "8",
        "time_limit": "9h",
        "command": "true",
    }
    page = lead.post("/jobs/new/", order).text

    [url] = links(page, f"/awards/{award.code}/why/free/?")
    assert f"line={award.code}.2" in url
    assert "10.0 card-hours" in lead.get(url).text


def test_a_job_is_explained(lead, award):
    job = submit_job(
        award_code=award.code,
        line_number=2,
        cards=1,
        time_limit_s=3600,
        argv=["true"],
        key="one",
        by=lead_of(award, NOW),
        now=NOW,
    )
    assert f"/jobs/{job.code}/why/" in lead.get(f"/jobs/{job.code}/").text

    page = lead.get(f"/jobs/{job.code}/why/").text

    assert f"Held for {job.code}: 1 card for at most 1 h" in page
    assert "HK$21.00" in page


def test_the_use_of_a_line_is_its_own(lead, award):
    used, unused = (
        lead.get(f"/awards/{award.code}/use/why/?line={award.code}.{number}").text
        for number in (1, 2)
    )

    assert "480.0 card-hours" in used
    assert f"Cards held for {award.code}.2 from" in unused
    assert "0.0 card-hours" in unused
    assert "480.0 card-hours" not in unused


@pytest.mark.parametrize(
    "asked",
    [
        "use/why/?first_on=9999-12-31&line={line}",
        "use/why/?first_on=0001-01-01&line={line}",
        "statements/9999-99/why/",
        "statements/0000-01/why/",
        "statements/0000-01/",
        "statements/x/why/",
    ],
)
def test_what_cannot_be_is_not_found(lead, award, asked):
    url = f"/awards/{award.code}/{asked.format(line=f'{award.code}.1')}"
    assert lead.get(url).status_code == 404


def test_whoever_reads_an_explanation_is_led_nowhere_they_may_not_go(client, award):
    job = submit_job(
        award_code=award.code,
        line_number=2,
        cards=1,
        time_limit_s=3600,
        argv=["true"],
        key="one",
        by=lead_of(award, NOW),
        now=NOW,
    )
    client.force_login(person_behind(appointed("pier", Role.OPERATOR, BEGIN, "op@pier.example")))
    decision = f"/applications/{award.application.code}/decision/"

    entries = client.get(f"/awards/{award.code}/entries/").text
    pages = [entries, *(client.get(url).text for url in links(entries, "/finance/pier/entries/"))]
    pages.append(client.get(f"/awards/{award.code}/why/settled/").text)
    found = {url for page in pages for url in links(page, "/") if "/static/" not in url}

    assert f"Job {job.code}" in entries
    assert decision not in found
    agreement = f"/awards/{award.code}/agreement/1/"  # this one is made up
    dead = [url for url in found - {agreement} if client.get(url).status_code == 404]
    assert dead == []
    client.force_login(person_behind(appointed("pier", Role.FINANCE, BEGIN, "fin@pier.example")))
    assert f"/jobs/{job.code}/" not in client.get(f"/awards/{award.code}/entries/").text


def test_strangers_are_told_nothing(client, award):
    make = appointed("pier", Role.REVIEWER, BEGIN, "reviewer@pier.example")
    client.force_login(person_behind(make))

    for url in (
        f"/awards/{award.code}/why/free/",
        f"/awards/{award.code}/statements/2026-02/why/",
        "/charges/lease:PIR-0001.1:2026-02-01/why/",
    ):
        assert client.get(url).status_code == 404
