"""The pages on which an account of others is looked at and asked for as an award's."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.apps.enforcement.test_mapping import GROUP, of_others
from tests.factories import appointed, make_admin, person_behind

from praya.apps.enforcement.commands import agree_adoption
from praya.apps.enforcement.models import Adoption
from praya.core.actor import Role

LIST = f"/clusters/{CODE}/accounts/"
ONE = f"{LIST}map/"


@pytest.fixture
def page(client, harbour, now):  # noqa: F811 -- the fixture
    harbour.others = {
        GROUP: of_others(GROUP),
        "two words": of_others("two words", members=["ada"]),
        "faculty": of_others("faculty", members=[], below=True),
    }
    client.force_login(person_behind(appointed("pier", Role.OPERATOR, now)))
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def test_an_account_is_listed_looked_at_asked_for_and_agreed_to(page, harbour, now):  # noqa: F811
    listed = text(page.get(LIST))
    assert f"{ONE}?account={GROUP}&amp;award=PIR-0001" in listed
    assert "Its name cannot be passed on." in listed
    assert "Other accounts stand below it." in listed

    would = text(page.get(ONE, {"account": GROUP, "award": "PIR-0001"}))
    assert "Set what may be used, in seconds" in would
    assert "36,900" in would
    assert "0.3 card-hours of nvidia-h800" in would
    assert Adoption.objects.count() == 0

    told = {"account": GROUP, "award": "PIR-0001", "reason": "The group's, from before."}
    held = text(page.post(ONE, told, follow=True))
    assert "Another operator or a site admin has to agree to it." in held
    assert f"{ONE}?account={GROUP}&amp;award=PIR-0001" in held, "who agrees looks at it first"
    asked = Adoption.objects.get()
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)
    assert "Give it back as it was" in text(page.get(f"/clusters/{CODE}/held/"))
    page.force_login(asked.award.lead)
    told = strip_tags(text(page.get("/awards/PIR-0001/"))).replace(" ", "")
    assert f"AccountonHarbour{GROUP}" in told


def test_what_cannot_be_is_said_on_the_clusters_page(page, harbour):  # noqa: F811
    told = {"account": "two words", "award": "PIR-0001", "reason": "x"}
    assert "has a letter that Praya does not pass on" in text(page.post(ONE, told, follow=True))
    asked = {"account": "faculty", "award": "PIR-0001"}
    assert "other accounts stand below it" in text(page.get(ONE, asked, follow=True))
    harbour.is_away = True
    assert "does not answer" in text(page.get(LIST, follow=True))
    assert page.get(ONE).status_code == 200, "to be filled in"
    assert page.get("/clusters/nowhere/accounts/map/").status_code == 404
