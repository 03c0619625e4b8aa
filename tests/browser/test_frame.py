"""The frame of every page in a real browser: both themes, both widths, with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import expect
from tests.browser.looks import (
    ANSWER_S_MAX,
    assert_accessible,
    assert_nothing_sticks_out,
    faults,
    look_at,
)
from tests.factories import PASSWORD, make_person

from praya.apps.people.commands import join_organisation, make_token, register_organisation
from praya.apps.people.rules import TokenScope
from praya.apps.programmes.queries import actor_for
from praya.core.programme.parts import OrganisationKind

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mei(now):
    cache.clear()
    person = make_person("mei@pier.example")
    by = actor_for(person, now)
    lab = register_organisation(
        name="Lantern Lab",
        name_zh="燈籠實驗室",
        kind=OrganisationKind.START_UP,
        registry="Companies Registry",
        registry_number="123456",
        by=by,
        now=now,
    )
    for number in range(60):
        register_organisation(
            name=f"Pier Works {number}", kind=OrganisationKind.ENTERPRISE, by=by, now=now
        )
    make_token(person_id=person.pk, name="laptop", scope=TokenScope.READ, days=30, by=by, now=now)
    otto = actor_for(make_person("otto@pier.example"), now)
    join_organisation(organisation_id=lab.pk, by=otto, now=now)
    person.lab = lab
    return person


def test_on_a_phone_the_longest_label_of_a_table_leaves_its_value_alone(browser_page):
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto("/account/login/")
    label, place = browser_page.evaluate(
        """() => {
            const row = '<tr><td data-label="Recommended">HK$37,675,008.00</td></tr>';
            document.querySelector('main').insertAdjacentHTML(
                'beforeend', `<table class="table table-cards"><tbody>${row}</tbody></table>`);
            const drawn = getComputedStyle(document.querySelector('[data-label]'), '::before');
            const pen = document.createElement('canvas').getContext('2d');
            pen.font = `${drawn.fontWeight} ${drawn.fontSize} ${drawn.fontFamily}`;
            return [pen.measureText('Recommended').width, parseFloat(drawn.width)];
        }"""
    )
    assert label <= place


def test_on_a_phone_a_long_word_in_a_table_is_broken(browser_page):
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto("/account/login/")
    needs, has = browser_page.evaluate(
        """() => {
            const row = '<tr><td data-label="E-mail">committee.secretary@harbour.example</td></tr>';
            document.querySelector('main').insertAdjacentHTML(
                'beforeend', `<table class="table table-cards"><tbody>${row}</tbody></table>`);
            const cell = document.querySelector('.table-cards td');
            return [cell.scrollWidth, cell.clientWidth];
        }"""
    )
    assert needs <= has


def test_on_a_phone_what_waits_has_the_whole_width(browser_page):
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto("/account/login/")
    title, entry = browser_page.evaluate(
        """() => {
            const entry = '<strong>8 months are to be closed</strong><span class="number"></span>'
                + '<span>Harbour</span><span class="number">for 7 months, 3 weeks</span>';
            const link = `<a class="waiting-link">${entry}</a>`;
            document.querySelector('main').insertAdjacentHTML(
                'beforeend', `<ul class="waiting"><li>${link}</li></ul>`);
            const widthOf = name => document.querySelector(name).getBoundingClientRect().width;
            return [widthOf('.waiting-link strong'), widthOf('.waiting-link')];
        }"""
    )
    assert title > entry * 0.85


def test_on_a_phone_a_long_command_among_facts_is_broken(browser_page):
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto("/account/login/")
    browser_page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML(
            'beforeend', `<dl class="facts"><dt>Command</dt><dd>/${'long/'.repeat(30)}</dd></dl>`)
        """
    )
    assert_nothing_sticks_out(browser_page)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "welcome"),
        ("/account/login/", "sign-in"),
        ("/account/signup/", "sign-up"),
        ("/account/password/reset/", "password-reset"),
        ("/nothing-here/", "not-found"),
    ],
)
def test_pages_for_visitors_can_be_read_by_all(browser_page, path, name):
    look_at(browser_page, path, name)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/me/", "profile"),
        ("/me/tokens/", "tokens"),
        ("/me/tokens/{token}/revoke/", "confirm"),
        ("/organisations/", "organisations"),
        ("/organisations/?q=nothing+like+this", "organisations-none"),
        ("/organisations/register/", "register"),
        ("/organisations/{lab}/", "organisation"),
        ("/account/email/", "e-mail"),
        ("/account/password/change/", "password"),
    ],
)
def test_pages_for_people_can_be_read_by_all(browser_page, sign_in, mei, path, name):
    sign_in(browser_page, mei)
    token = mei.tokens.get().pk
    look_at(browser_page, path.format(lab=mei.lab.pk, token=token), name)


def test_a_wrong_form_leads_the_reader_to_its_fields(browser_page, sign_in, mei):
    sign_in(browser_page, mei)
    browser_page.goto("/organisations/register/")
    browser_page.locator("main form").evaluate("form => form.noValidate = true")
    browser_page.get_by_role("button", name="Register").click()
    expect(browser_page.locator("[data-error-summary]")).to_be_focused()
    browser_page.get_by_role("link", name="Kind:").click()
    expect(browser_page.locator("#id_kind")).to_be_focused()
    assert_accessible(browser_page)


def test_the_theme_changes_at_once_and_stays(browser_page):
    browser_page.goto("/")
    browser_page.locator("summary", has_text="Light or dark").click()
    with browser_page.expect_response("**/theme/"):
        browser_page.get_by_role("button", name="Dark", exact=True).click()
    html = browser_page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    browser_page.reload()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    assert_accessible(browser_page)


def test_a_list_is_searched_and_sorted_without_loading_the_page_again(browser_page, sign_in, mei):
    sign_in(browser_page, mei)
    browser_page.goto("/organisations/")
    browser_page.evaluate("window.sameTime = true")
    browser_page.get_by_label("Search").fill("Lantern")
    browser_page.get_by_role("button", name="Show").click()
    browser_page.get_by_text("1 entry").wait_for()
    assert browser_page.evaluate("window.sameTime")
    assert "q=Lantern" in browser_page.url
    browser_page.go_back()
    browser_page.get_by_text("61 entries").wait_for()


def test_without_script_one_signs_in_searches_and_opens_the_menu(browser, live_server, mei):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.set_default_timeout(ANSWER_S_MAX * 1000)
    page.goto("/account/login/?next=/organisations/")
    page.get_by_label("Email").fill("mei@pier.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("Search").fill("Lantern")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("1 entry").wait_for()
    page.get_by_text("Menu").click()
    page.get_by_role("link", name="Home").click()
    page.get_by_role("heading", name="What waits for you").wait_for()
    context.close()


def test_a_first_visit_is_light(browser_page):
    sizes = {}
    browser_page.on(
        "requestfinished",
        lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}),
    )
    browser_page.goto("/", wait_until="networkidle")
    assert all("127.0.0.1" in url or "localhost" in url for url in sizes)
    assert len(sizes) <= 8


def test_every_component_can_be_read_by_all(browser_page, settings):
    settings.ROOT_URLCONF = "tests.browser.showcase"
    look_at(browser_page, "/parts/", "parts")


def test_every_page_of_what_went_wrong_can_be_read_by_all(browser_page, settings):
    settings.ROOT_URLCONF = "tests.browser.showcase"
    names = {found.stem for found in (ROOT / "src/praya/web/templates").glob("*.html")}
    # One has no frame: it is shown when anything may be broken.
    look_at(browser_page, "/trouble/500/")
    found = []
    for name in names - {"500"}:
        browser_page.goto(f"/trouble/{name}/")
        found += [f"{name}: {fault}" for fault in faults(browser_page)]
    assert {"403_csrf", "409", "429", "503"} < names
    assert found == []


def test_a_grave_button_asks_in_a_dialog_first(browser_page, settings):
    settings.ROOT_URLCONF = "tests.browser.showcase"
    browser_page.goto("/parts/")
    browser_page.get_by_role("button", name="End it").click()
    dialog = browser_page.get_by_role("dialog", name="Really end it?")
    expect(dialog).to_be_visible()
    assert_accessible(browser_page)
    dialog.get_by_role("button", name="Go back").click()
    expect(dialog).to_have_count(0)
