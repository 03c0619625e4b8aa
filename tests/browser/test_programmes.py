"""The pages of programmes and machines in a real browser: both themes, both widths."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.browser.looks import assert_accessible, keep_picture, look_at
from tests.factories import make_admin, make_partition, minimal_programme_yaml, person_behind

from praya.apps.clusters.commands import set_capacity
from praya.apps.clusters.rules import CapacityKind
from praya.apps.programmes.commands import apply_programme, appoint
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db(transaction=True)

HARBOUR = Path(__file__).parents[2] / "examples/harbour/programme.yaml"


@pytest.fixture
def site(now, monkeypatch):
    """The harbour programme with an officer who is the admin too, and machines that grow."""
    monkeypatch.setattr(clock, "now", lambda: now)
    admin = make_admin(now)
    version = apply_programme(source=HARBOUR.read_bytes(), by=admin, now=now)
    for role in (Role.OFFICER, Role.OPERATOR, Role.AUDITOR):
        appoint(programme_code="harbour", person_id=admin.person_id, role=role, by=admin, now=now)
    model = version.document["device_models"][0]["code"]
    make_partition(now, code="first", device_model_code=model, devices=64)
    for kind in (CapacityKind.INSTALLED, CapacityKind.IN_SERVICE):
        set_capacity(
            cluster_code="quay",
            partition_code="first",
            kind=kind,
            devices=32,
            first_on=date(2026, 7, 1),
            note="second phase",
            by=admin,
            now=now,
        )
    return person_behind(admin)


def test_visitors_read_a_programme_and_its_rules(browser_page, site):
    look_at(browser_page, "/programmes/", "programmes")
    look_at(browser_page, "/programmes/harbour/", "programme")
    look_at(browser_page, "/programmes/harbour/rules/", "rules")
    look_at(browser_page, "/programmes/harbour/rules/1/", "rules-one")


def test_officers_and_operators_read_theirs(browser_page, site, sign_in):
    sign_in(browser_page, site)
    look_at(browser_page, "/programmes/harbour/people/", "people")
    look_at(browser_page, "/programmes/harbour/rules/new/", "rules-new")
    look_at(browser_page, "/clusters/", "clusters")
    look_at(browser_page, "/clusters/quay/", "cluster")
    look_at(browser_page, "/clusters/quay/partitions/first/capacity/", "capacity-new")


def test_a_file_is_mended_where_the_page_points_and_applied(browser_page, site, sign_in, now):
    sign_in(browser_page, site)
    page = browser_page
    page.goto("/programmes/harbour/rules/new/")
    text = page.get_by_label("Programme file")
    right = text.input_value()
    assert right == HARBOUR.read_text(encoding="utf-8")
    wrong = right.replace("currency: HKD", "currency: dollars").replace("weight: 25", "weight: 24")
    text.fill(wrong)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="2 mistakes in the file").wait_for()
    assert_accessible(page)
    keep_picture(page, "rules-mistakes")
    line = wrong[: wrong.index("currency: dollars")].count("\n") + 1
    page.get_by_role("link", name=f"programme.yaml:{line}:").click()
    page.wait_for_url(f"**#line-{line}")
    assert page.get_by_label("Programme file").input_value() == wrong

    later = right.replace("per_card_hour: 35.00", "per_card_hour: 36.00", 1)
    page.get_by_label("Programme file").fill(later)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="What version 2 would change").wait_for()
    assert_accessible(page)
    keep_picture(page, "rules-difference")
    page.get_by_role("button", name="Apply as version 2").dblclick()
    page.get_by_role("heading", name="Rules, version 2").wait_for()
    keep_picture(page, "rules-applied")


def test_a_long_file_keeps_its_lines_on_a_phone(browser_page, site, sign_in):
    sign_in(browser_page, site)
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto("/programmes/new/")
    wrong = minimal_programme_yaml(summary={"en": "s" * 3000}, currency="dollars")
    browser_page.get_by_label("Programme file").fill(wrong)
    browser_page.get_by_role("button", name="Check the file").click()
    browser_page.get_by_role("heading", name="1 mistake in the file").wait_for()
    keep_picture(browser_page, "rules-phone")
    assert_accessible(browser_page)


def test_the_admin_stays_an_admin_without_appointments(site, now):
    assert actor_for(site, now).is_admin
