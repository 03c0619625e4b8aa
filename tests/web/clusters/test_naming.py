"""Names of many people on the clusters: found there, looked at, and said."""

from __future__ import annotations

import re

import pytest
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.awarding import add_member
from tests.factories import appointed, make_admin, make_person, make_programme, person_behind

from praya.apps.enforcement.commands import match_names, name_people, naming
from praya.apps.people.commands import accounts, set_unix_name
from praya.apps.people.models import UnixName
from praya.apps.people.queries import person_called
from praya.core.actor import Role

PAGE = "/cluster-users/list/"


def joined(award, now, *emails):  # noqa: F811 -- the fixture
    for email in emails:
        add_member(award, make_person(email), now)


def test_users_are_matched_where_one_person_can_be_meant(harbour, award, now):  # noqa: F811
    joined(award, now, "ann@reef.example", "jun@reef.example", "jun@pier.example")
    harbour.people = ["ann", "jun", "mei", "root", "ghost"]

    assert match_names(code=CODE, by=make_admin(now)) == [("ann@reef.example", "ann")]


def test_a_list_is_tried_and_then_said_from_the_page(client, harbour, award, now):  # noqa: F811
    joined(award, now, "ann@reef.example")
    harbour.people = ["ann"]
    client.force_login(person_behind(appointed("pier", Role.OPERATOR, now)))
    assert "ann@reef.example,ann" in client.get(PAGE, {"cluster": CODE}).content.decode()

    rows = "e-mail,user\nann@reef.example,ann\nnobody@reef.example,no\nann@reef.example,root;x"
    shown = client.post(PAGE, {"rows": rows, "act": "try"}).content.decode()
    assert shown.count('data-label="What becomes of it"') == 3
    assert person_called("ann", CODE) is None

    client.post(PAGE, {"rows": rows, "act": "say"})
    assert person_called("ann", CODE).email == "ann@reef.example"
    done = client.post(PAGE, {"rows": "ann@reef.example,ann2", "act": "say"})
    assert (done.status_code, person_called("ann2", CODE).email) == (302, "ann@reef.example")


def test_a_name_for_one_cluster_is_said_on_its_page_and_listed(client, harbour, award, now):  # noqa: F811
    client.force_login(person_behind(appointed("pier", Role.OPERATOR, now)))
    page = f"/cluster-users/{award.lead.pk}/"
    shown = client.get(page).text
    assert "Harbour" in shown
    assert re.search(r"Say it\s*</button>", shown)

    assert client.post(page, {"name": "mei2", "cluster": CODE}).status_code == 302
    assert person_called("mei2", CODE) == award.lead
    assert "mei, harbour: mei2" in client.get("/cluster-users/").text
    assert client.post(page, {"name": "mei2", "cluster": "nowhere"}).status_code == 200

    client.force_login(award.lead)
    assert "On harbour your user is called mei2." in client.get("/me/").text


def test_a_list_that_cannot_be_read_is_told_of(client, award, now):  # noqa: F811
    client.force_login(person_behind(appointed("pier", Role.OPERATOR, now)))
    shown = client.post(PAGE, {"rows": f"ann@reef.example,{'a' * 140_000}", "act": "try"})
    assert "a comma, and the user on each line" in shown.content.decode()


def test_a_trial_leaves_the_trail_alone_and_what_was_said_before_a_fault_stands(
    award,  # noqa: F811
    now,
    monkeypatch,
):
    emails = ["ann@reef.example", "jun@reef.example", "wei@reef.example"]
    joined(award, now, *emails)
    rows = [(email, email[:3]) for email in emails]
    told = {"rows": rows, "by": make_admin(now), "now": now}
    with monkeypatch.context() as none:
        none.setattr(accounts, "record", None)
        tried = name_people(**told | {"rows": [*rows, (emails[0], "wei")]}, is_trial=True)
    assert [bool(one.refusal) for one in tried] == [False, False, False, True]
    assert person_called("ann", CODE) is None

    def fails(*, email, **facts):
        assert email != emails[2]
        return set_unix_name(email=email, **facts)

    monkeypatch.setattr(naming, "set_unix_name", fails)
    monkeypatch.setattr(naming, "_AT_ONCE", 2)
    with pytest.raises(AssertionError):
        name_people(**told, is_trial=False)
    assert person_called("jun", CODE).email == emails[1]


def test_operators_name_members_of_their_own_programmes_from_a_list(harbour, award, now):  # noqa: F811
    make_programme(now, code="jetty", prefix="JET")
    other = appointed("jetty", Role.OPERATOR, now)
    UnixName.objects.all().delete()
    rows = [(award.lead.email.upper(), "mei")]

    [refused] = name_people(rows=rows, is_trial=False, by=other, now=now)
    assert (refused.refusal.code, UnixName.objects.count()) == ("access.not_found", 0)
    own = appointed("pier", Role.OPERATOR, now)
    for is_new in (True, False):
        [said] = name_people(rows=rows, is_trial=False, by=own, now=now)
        assert (said.is_new, said.refusal) == (is_new, None)
