"""Awards as leads, members and the desk read and use them."""

from __future__ import annotations

import pytest
from tests.apps.applications.cases import LEAD, desk_officer, lead_of
from tests.apps.awards.cases import accepted, holder, money, offered
from tests.factories import make_admin, make_person, make_programme, person_behind

from praya.apps.awards.commands import add_member
from praya.apps.awards.models import Award
from praya.apps.awards.rules import MemberRole, Outcome
from praya.apps.books.commands import charge_line
from praya.core.actor import Role
from praya.core.quantity import CardTime, Money
from praya.words import clock

pytestmark = pytest.mark.django_db

KIM = "kim@lab.example"


@pytest.fixture(autouse=True)
def _at_now(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_programme(now)
    money(now)


def sign_in(client, actor):
    client.force_login(person_behind(actor))


def text_of(response):
    return response.content.decode()


def test_an_organisation_leads_to_the_change_of_lead_for_those_who_may_ask(client, now):
    award = accepted(now)
    page = f"/organisations/{award.organisation_id}/"
    link = f'href="/awards/{award.code}/lead/"'

    sign_in(client, lead_of(award.application, now))
    assert link in client.get(page).text
    sign_in(client, make_admin(now))
    shown = client.get(page).text
    assert award.code in shown
    assert link not in shown


def test_a_lead_reads_the_agreement_and_accepts(client, now):
    award = offered(now, outcome=Outcome.CONDITIONAL, conditions="Publish the weights.")
    sign_in(client, lead_of(award.application, now))
    assert f"Accept the award {award.code}" in text_of(client.get("/"))
    url = f"/awards/{award.code}/accept/"

    page = text_of(client.get(url))
    for words in (
        "You use the machines for the work described.",
        "Publish the weights.",
        "HK$241,920.00",
        "11,520 card-hours",
        "1 April 2026 – ",
    ):
        assert words in page
    assert "This field is required" in text_of(client.post(url, {"number": "1"}))
    old = text_of(client.post(url, {"number": "2", "agreed": "on"}))
    assert "You read version 2 of the agreement, and version 1 is on offer now." in old
    done = text_of(client.post(url, {"number": "1", "agreed": "on"}, follow=True))

    assert f"{award.code} is yours." in done
    assert "Of HK$241,920.00 committed" in done
    again = client.post(url, {"number": "1", "agreed": "on"})
    assert (again.status_code, again["Location"]) == (302, f"/awards/{award.code}/")


def test_a_lead_declines_with_a_reason(client, now):
    award = offered(now)
    sign_in(client, lead_of(award.application, now))
    url = f"/awards/{award.code}/decline/"

    assert "To get compute later you would apply again." in text_of(client.get(url))
    client.post(url, {"reason": "no staff"})

    assert Award.objects.get().state == "declined"


def test_an_award_shows_its_four_numbers_and_the_entries_behind_them(client, now):
    award = accepted(now)
    sign_in(client, lead_of(award.application, now))

    page = text_of(client.get(f"/awards/{award.code}/"))
    entries = text_of(client.get(f"/awards/{award.code}/entries/"))

    time, money = "Time on NVIDIA H800 SXM", "Subsidy in HKD"
    for words in (time, money, "11,520 card-hours", "16 cards held"):
        assert words in page
    for words in ("Committed", "Rules, version 1", "PIR-0001.1/free", "HK$241,920.00"):
        assert words in entries
    narrowed = text_of(client.get(f"/awards/{award.code}/entries/?kind=hold"))
    assert "Rules, version 1" not in narrowed


def test_what_was_used_beyond_the_grant_is_said_beside_the_four_numbers(client, now):
    award = accepted(now)
    granted = CardTime(11_520 * 3600, "nvidia-h800")
    charge_line(
        programme_code="pier",
        line_code=f"{award.code}.1",
        key="late",
        time=granted + CardTime(2 * 3600, "nvidia-h800"),
        subsidy=Money(0, "HKD"),
        own=Money(0, "HKD"),
        now=now,
    )
    sign_in(client, lead_of(award.application, now))

    page = text_of(client.get(f"/awards/{award.code}/"))
    why = text_of(client.get(f"/awards/{award.code}/why/settled/?commodity=nvidia-h800"))

    assert "Used beyond the grant, charged" in page
    assert "2.0 card-hours" in page
    assert "Used beyond the grant as well: 2.0 card-hours" in why


def test_members_are_added_and_removed(client, now):
    award = accepted(now)
    sign_in(client, lead_of(award.application, now))
    url = f"/awards/{award.code}/members/"

    unknown = text_of(client.post(url, {"email": KIM, "role": "member"}))
    assert f"Nobody signs in here as {KIM}. Ask them to make an account" in unknown
    make_person(KIM)
    added = text_of(client.post(url, {"email": KIM, "role": "member"}, follow=True))
    assert f"Kim may run jobs under {award.code} now." in added
    member = award.members.get(person__email=KIM)
    asked = text_of(client.get(f"/members/{member.pk}/remove/"))
    assert f"Remove Kim from {award.code}" in asked
    client.post(f"/members/{member.pk}/remove/")
    assert award.members.filter(until=None).count() == 1


def test_a_member_sees_the_award_and_keeps_nobody(client, now):
    award = accepted(now)
    person = make_person(KIM)
    lead = lead_of(award.application, now)
    add_member(code=award.code, email=KIM, role=MemberRole.MEMBER, by=lead, now=now)
    client.force_login(person)

    assert "Add a member" not in text_of(client.get(f"/awards/{award.code}/members/"))
    assert client.get(f"/awards/{award.code}/accept/").status_code == 404
    assert client.get(f"/awards/{award.code}/suspend/").status_code == 404
    refused = client.post(f"/awards/{award.code}/members/", {"email": LEAD, "role": "member"})
    assert refused.status_code == 403
    assert "You may not do this. It can be done by: the lead." in text_of(refused)
    left = client.post(f"/members/{award.members.get(person=person).pk}/remove/", follow=True)
    assert "runs no more jobs under this award." in text_of(left)


def test_the_desk_suspends_and_resumes(client, now):
    award = accepted(now)
    sign_in(client, desk_officer(now))

    for act, state in (("suspend", "suspended"), ("resume", "active")):
        assert client.get(f"/awards/{award.code}/{act}/").status_code == 200
        client.post(f"/awards/{award.code}/{act}/", {"reason": "audit"})
        award.refresh_from_db()
        assert award.state == state
    assert client.get(f"/awards/{award.code}/end/").status_code == 404


URLS = ("", "entries/", "members/", "agreement/1/")


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.REVIEWER}])
def test_staff_of_the_programme_read_an_award(client, now, role):
    award = accepted(now)
    sign_in(client, holder(role, now))

    answers = [client.get(f"/awards/{award.code}/{url}").status_code for url in URLS]

    assert answers == [200] * len(URLS)


def test_strangers_find_no_award_and_visitors_sign_in_first(client, now):
    award = accepted(now)
    acts = (*URLS, "accept/", "decline/", "suspend/", "resume/")
    visits = [client.get(f"/awards/{award.code}/{url}").status_code for url in acts]
    client.force_login(make_person("stranger@lab.example"))

    finds = [client.get(f"/awards/{award.code}/{url}").status_code for url in acts]

    assert visits == [302] * len(acts)
    assert finds == [404] * len(acts)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_awards_costs_the_same_whatever_it_holds(
    client, now, count, django_assert_num_queries
):
    awards = [accepted(now, email=f"lead{number}@lab.example") for number in range(count)]
    sign_in(client, desk_officer(now))

    with django_assert_num_queries(6):
        page = text_of(client.get("/awards/"))

    assert all(award.code in page for award in awards)
    assert page.count("HK$241,920.00") == 2 * count  # committed and free


@pytest.mark.parametrize("count", [1, 3])
def test_an_award_costs_the_same_whatever_its_members(
    client, now, count, django_assert_num_queries
):
    award = accepted(now)
    lead = lead_of(award.application, now)
    for number in range(count):
        email = make_person(f"m{number}@lab.example").email
        add_member(code=award.code, email=email, role=MemberRole.MEMBER, by=lead, now=now)
    sign_in(client, lead)

    with django_assert_num_queries(13):
        client.get(f"/awards/{award.code}/")


def test_the_list_is_searched_filtered_and_exported(client, now):
    award = accepted(now)
    sign_in(client, desk_officer(now))

    assert award.code in text_of(client.get("/awards/?q=harbour&state=active"))
    assert award.code not in text_of(client.get("/awards/?state=ended"))
    lines = client.get("/awards/?export=csv").getvalue().decode("utf-8-sig").splitlines()
    row = "PIR-0001,Reading old harbour maps,Laboratory of Lead,Active,0.0 %,0.00,"
    assert lines[1].startswith(row)
