"""The frame of every page, and the pages for requests that cannot be answered."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from praya.apps.people.models import Person
from praya.apps.people.rules import NameMissing
from praya.core.refusal import NotAllowed, NotFound
from praya.web.guards import RefusalAnswers
from praya.words.refusals import sentence_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(now) -> Person:
    return Person.objects.create_user(
        "mei@harbour.example", "correct horse", name="Mei", joined_at=now
    )


def test_a_visitor_reads_the_first_page_for_two_queries(client, django_assert_num_queries):
    with django_assert_num_queries(2):  # programmes and their rules in force
        response = client.get("/")
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    assert "style=" not in response.text
    assert "<script>" not in response.text


def test_the_theme_that_was_chosen_is_in_the_page_from_the_first_byte(client):
    assert 'data-bs-theme="auto"' in client.get("/").text
    response = client.post(reverse("web:theme"), {"theme": "dark", "next": "/account/login/"})
    assert response["Location"] == "/account/login/"
    assert 'data-bs-theme="dark"' in client.get("/").text


def test_an_unknown_theme_is_not_kept_and_another_site_is_not_gone_to(client):
    response = client.post(reverse("web:theme"), {"theme": "neon", "next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert "praya_theme" not in client.cookies


def test_a_person_keeps_the_language_they_choose(client, person):
    client.force_login(person)
    client.post(reverse("set_language"), {"language": "zh-hant", "next": "/"})
    assert '<html lang="zh-Hant"' in Client().get("/", headers={"Accept-Language": "zh-hant"}).text
    person.refresh_from_db()
    assert person.language == "zh-hant"
    assert '<html lang="zh-Hant"' in client.get("/").text


def test_an_expired_form_says_that_nothing_was_saved_twice():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("web:theme"), {"theme": "dark"})
    assert response.status_code == 403
    assert "nothing can have been saved twice" in response.text


def test_an_address_that_is_not_there_is_answered_in_the_look_of_the_site(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.text
    assert 'class="site-header"' in response.text


def test_a_first_visit_weighs_less_than_150_kb(client):
    page = client.get("/").text
    addresses = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page))
    assert {"praya/praya.css", "vendor/htmx/htmx.min.js"} < addresses
    files = [Path(finders.find(address)).read_bytes() for address in addresses]
    weight = sum(len(gzip.compress(each, 6)) for each in [page.encode(), *files])
    assert weight < 150_000


def test_refusals_that_a_view_let_through_have_pages_of_their_own(rf, person):
    request = rf.get("/")
    request.user = person
    answers = RefusalAnswers(lambda _request: HttpResponse())

    def status_and_words(refusal):
        answer = answers.process_exception(request, refusal)
        return answer.status_code, sentence_for(refusal) in answer.content.decode()

    assert status_and_words(NotAllowed(action="x", needs="lead")) == (403, True)
    assert status_and_words(NotFound(kind="x", key="y")) == (404, True)
    assert status_and_words(NameMissing()) == (409, True)
    assert answers.process_exception(request, ValueError()) is None


def test_what_is_too_large_is_told_so_and_not_saved(client, person, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(person)
    response = client.post(reverse("web:profile"), {"name": "M" * 2000})
    assert response.status_code == 413
    assert "Nothing was saved." in response.text
    person.refresh_from_db()
    assert person.name == "Mei"


def test_a_name_of_ten_thousand_characters_is_sent_back_with_what_was_typed(client, person):
    client.force_login(person)
    response = client.post(reverse("web:profile"), {"name": "M" * 10_000})
    assert response.status_code == 200
    assert "at most 200 characters" in response.text
    assert "M" * 10_000 in response.text


@pytest.mark.parametrize(
    "path", ["/jobs/?q=a%00b", "/forecasts/compare/?f=%00", "/claims/a%00b/", "/awards/%00/life/"]
)
def test_an_address_that_no_database_can_be_asked_is_told_so(client, person, path):
    client.force_login(person)

    answer = client.get(path)

    assert answer.status_code == 400
    assert b"could not be read" in answer.content


def test_a_request_in_disorder_is_answered_in_the_look_of_the_site(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "This request could not be read" in response.text
