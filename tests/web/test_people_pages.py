"""Pages about people and organisations."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.factories import make_admin, make_person

from praya.apps.people.commands import (
    answer_join_request,
    join_organisation,
    register_organisation,
)
from praya.apps.people.models import Affiliation, Organisation, Token
from praya.apps.people.queries import person_of_token
from praya.apps.programmes.queries import actor_for
from praya.core.programme.parts import OrganisationKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(now):
    return actor_for(make_person("mei@pier.example"), now)


@pytest.fixture
def lab(mei, now):
    return register_organisation(
        name="Lantern Lab",
        kind=OrganisationKind.START_UP,
        registry="Companies Registry",
        registry_number="123456",
        by=mei,
        now=now,
    )


@pytest.fixture
def mei_at(client, mei):
    client.force_login(make_person("mei@pier.example"))
    return client


ENTRY = {"name": "Quay Works", "name_zh": "", "kind": "enterprise", "place": "HK"}


def test_a_visitor_signs_in_first_and_comes_back(client):
    response = client.get(reverse("web:organisations"))
    assert response["Location"] == "/account/login/?next=/organisations/"


def test_an_organisation_is_registered_once_and_the_second_try_leads_to_it(client, mei_at, lab):
    sent = {**ENTRY, "registry": "Companies Registry", "registry_number": "123456"}
    page = mei_at.post(reverse("web:organisation-register"), sent).text
    assert reverse("web:organisation", args=[lab.pk]) in page
    assert "ask to join" in page
    assert 'value="Quay Works"' in page
    mei_at.post(reverse("web:organisation-register"), ENTRY)
    assert list(Organisation.objects.values_list("name", flat=True)) == [
        "Lantern Lab",
        "Quay Works",
    ]


def test_a_request_waits_on_the_managers_first_page_until_it_is_answered(client, mei_at, lab, now):
    otto = actor_for(make_person("otto@pier.example", name="Otto"), now)
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)
    assert "Otto asks to join Lantern Lab" in mei_at.get("/").text
    mei_at.post(reverse("web:join-request-answer", args=[asked.pk]))
    asked.refresh_from_db()
    assert asked.state == "asked"  # nothing was answered
    mei_at.post(reverse("web:join-request-answer", args=[asked.pk]), {"answer": "accept"})
    asked.refresh_from_db()
    assert asked.state == "active"
    assert "Otto asks to join Lantern Lab" not in mei_at.get("/").text


def test_somebody_new_reads_how_to_begin_until_they_belong_somewhere(client, lab, now):
    otto = make_person("otto@pier.example", name="Otto", name_zh="奧圖")
    client.force_login(otto)
    first = client.get("/").text
    assert "Find your organisation and ask to join it." in first
    assert "No call is open today." in first

    join_organisation(organisation_id=lab.pk, by=actor_for(otto, now), now=now)
    page = client.get("/", headers={"Accept-Language": "zh-hant"}).text
    assert reverse("web:organisation-register") not in page
    assert "Lantern Lab" in page
    assert '<span class="menu-word">奧圖</span>' in page


def test_strangers_see_an_organisation_but_not_its_people(client, lab):
    client.force_login(make_person("otto@pier.example"))
    page = client.get(reverse("web:organisation", args=[lab.pk])).text
    assert "Ask to join" in page
    assert "Mei" not in page
    for _twice in range(2):
        response = client.post(reverse("web:organisation-join", args=[lab.pk]), follow=True)
    assert "You have asked to join before." in response.text
    assert Affiliation.objects.filter(state="asked").count() == 1


def test_only_those_who_may_are_asked_to_verify(client, mei_at, lab, now):
    page = reverse("web:organisation-verify", args=[lab.pk])
    refused = mei_at.post(page)
    assert refused.status_code == 403
    assert "It can be done by: officer, site administrator." in refused.text
    assert "Lantern Lab is to be checked" not in mei_at.get("/").text
    make_admin(now)
    client.force_login(make_person("admin@site.example"))
    assert "Lantern Lab is to be checked" in client.get("/").text
    asked = client.get(page).text
    assert "Is this organisation what it says?" in asked
    assert "Lantern Lab" in asked
    client.post(page)
    lab.refresh_from_db()
    assert lab.verified_at is not None
    assert "Lantern Lab is to be checked" not in client.get("/").text


def test_a_manager_changes_the_registration_and_sees_that_it_was(client, mei_at, lab):
    page = reverse("web:organisation-registration", args=[lab.pk])
    given = {"place": "CN-GD", "registry": "AIC", "registry_number": "91"}
    assert "What shows it" in mei_at.get(page).text
    assert mei_at.post(page, given).status_code == 200  # nothing shows it
    shown = mei_at.post(page, {**given, "evidence": "The letter of May"}, follow=True).text
    assert "The registration was changed." in shown
    assert "to CN-GD AIC 91." in shown
    assert "The letter of May" in shown

    client.force_login(make_person("otto@pier.example"))
    assert client.get(page).status_code == 403
    assert "The letter of May" not in client.get(reverse("web:organisation", args=[lab.pk])).text


def test_the_secret_of_a_token_is_shown_once(mei_at, now):
    page = reverse("web:tokens")
    made = mei_at.post(page, {"name": "laptop", "scope": "write", "days": "30"})
    secret = made.context["secret"]
    assert secret in made.text
    assert secret not in mei_at.get(page).text
    token = Token.objects.get()
    assert person_of_token(secret, token.made_at).token_id == token.pk
    mei_at.post(reverse("web:token-revoke", args=[token.pk]))
    assert person_of_token(secret, token.made_at) is None


def test_somebody_elses_token_cannot_be_seen(client, mei_at):
    mei_at.post(reverse("web:tokens"), {"name": "laptop", "scope": "read", "days": "7"})
    client.force_login(make_person("otto@pier.example"))
    gone = client.get(reverse("web:token-revoke", args=[Token.objects.get().pk]))
    assert gone.status_code == 404


def test_a_profile_without_names_is_not_saved(mei_at):
    page = reverse("web:profile")
    refused = mei_at.post(page, {"name": " ", "name_zh": "", "language": ""})
    assert "Give a name in English or in Chinese." in refused.text
    mei_at.post(page, {"name": "Mei Ho", "name_zh": "何美", "language": "zh-hans"})
    assert "何美" in mei_at.get(page).text


def test_the_list_of_organisations_costs_the_same_whatever_it_holds(
    mei_at, mei, lab, now, django_assert_num_queries
):
    page = reverse("web:organisations")
    for more in (0, 60):
        for number in range(more):
            register_organisation(
                name=f"Lab {number}", kind=OrganisationKind.OTHER, by=mei, now=now
            )
        with django_assert_num_queries(5):
            mei_at.get(page)


def test_a_manager_makes_another_and_leaves(client, mei_at, mei, lab, now):
    otto = actor_for(make_person("otto@pier.example"), now)
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)
    answer_join_request(affiliation_id=asked.pk, accept=True, by=mei, now=now)
    page = reverse("web:organisation", args=[lab.pk])
    leave = reverse("web:organisation-leave", args=[lab.pk])
    assert "Make Otto a manager" in mei_at.get(page).text
    assert "Leave Lantern Lab" in mei_at.get(leave).text
    beyond_every_key = reverse("web:organisation-leave", args=[10**20])
    assert mei_at.get(beyond_every_key).status_code == 404
    refused = mei_at.post(leave)
    assert (refused.status_code, "only manager" in refused.text) == (409, True)

    promote = reverse("web:affiliation-manager", args=[asked.pk])
    assert "Managers let people in" in mei_at.get(promote).text
    assert "Otto is a manager now." in mei_at.post(promote, follow=True).text
    assert "You have left Lantern Lab." in mei_at.post(leave, follow=True).text

    assert "Otto" not in mei_at.get(page).text


def test_a_manager_ends_a_membership_and_a_member_sees_no_such_button(
    client, mei_at, mei, lab, now
):
    otto = actor_for(make_person("otto@pier.example"), now)
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)
    answer_join_request(affiliation_id=asked.pk, accept=True, by=mei, now=now)
    end = reverse("web:affiliation-end", args=[asked.pk])
    page = reverse("web:organisation", args=[lab.pk])
    assert "Awards and jobs go on." in mei_at.get(end).text

    assert "Otto does not belong to it any more." in mei_at.post(end, follow=True).text
    assert Affiliation.objects.get(pk=asked.pk).state == "ended"

    client.force_login(make_person("otto@pier.example"))
    assert "End the membership" not in client.get(page).text
    assert client.get(end).status_code == 404


def let_in(lab, names, mei, now):
    for name in names:
        person = make_person(f"{name.lower()}@pier.example", name=name)
        asked = join_organisation(organisation_id=lab.pk, by=actor_for(person, now), now=now)
        answer_join_request(affiliation_id=asked.pk, accept=True, by=mei, now=now)


def people_in(response):
    return [row[0].value for row in response.context["table"].rows]


def test_the_people_of_an_organisation_are_searched_sorted_narrowed_and_exported(
    client, mei_at, mei, lab, now
):
    let_in(lab, ("Otto", "Ada"), mei, now)
    page = reverse("web:organisation", args=[lab.pk])
    assert people_in(mei_at.get(page)) == ["Mei", "Ada", "Otto"]  # managers first
    assert people_in(mei_at.get(page, {"sort": "-person"})) == ["Otto", "Mei", "Ada"]
    assert people_in(mei_at.get(page, {"sort": "-standing"})) == ["Otto", "Ada", "Mei"]
    assert people_in(mei_at.get(page, {"q": "ot"})) == ["Otto"]
    assert people_in(mei_at.get(page, {"standing": "1"})) == ["Mei"]
    assert people_in(mei_at.get(page, {"standing": "0"})) == ["Ada", "Otto"]
    lines = mei_at.get(page, {"export": "csv"}).getvalue().decode().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["Mei", "Manager"],
        ["Ada", "Member"],
        ["Otto", "Member"],
    ]

    client.force_login(make_person("stranger@pier.example"))
    for asked in ({"export": "csv"}, {"q": "otto"}, {"sort": "person"}):
        assert "Otto" not in client.get(page, asked, headers={"HX-Target": "people"}).text


def test_the_people_of_an_organisation_cost_the_same_however_many_they_are(
    mei_at, mei, lab, now, django_assert_max_num_queries
):
    page = reverse("web:organisation", args=[lab.pk])
    costs = []
    for names in (("Otto",), ("Ada", "Ben", "Cai", "Dora")):
        let_in(lab, names, mei, now)
        with django_assert_max_num_queries(15) as asked:
            mei_at.get(page)
        costs.append(len(asked))
    assert costs[0] == costs[1]
