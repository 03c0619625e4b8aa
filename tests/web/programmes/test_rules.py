"""A programme file on its way through the pages: checked, compared, applied."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import (
    appointed,
    make_admin,
    make_person,
    make_programme,
    minimal_programme_yaml,
    person_behind,
)

from praya.apps.programmes.models import RuleVersion
from praya.core.actor import Role

pytestmark = pytest.mark.django_db

TEN_MISTAKES = (
    minimal_programme_yaml()
    .replace("prefix: PIR", "prefix: pier")
    .replace("currency: HKD", "currency: dollars")
    .replace("effective_on: 2026-01-01", "effective_on: soon")
    .replace("amount: 90000000", "amount: a lot")
    .replace("cards_max: 64", "cards_max: -1")
    .replace("percent: 70", "percent: 170")
    .replace("memory_gib: 80", "memory_gib: big")
    .replace("weight: 60", "weight: 50")
    .replace("decided_by: officer", "decided_by: nobody")
    .replace("opens_on: 2026-01-01", "opens_on: 1999-13-01")
)


@pytest.fixture
def officer(now) -> Client:
    make_programme(now)
    client = Client()
    client.force_login(person_behind(appointed("pier", Role.OFFICER, now)))
    return client


def check(client: Client, text: str = "", **posted: object):
    return client.post(reverse("web:rules-new", args=["pier"]), {"text": text, **posted})


def test_the_page_begins_with_the_latest_file(officer):
    page = officer.get(reverse("web:rules-new", args=["pier"]))
    assert "prefix: PIR" in page.text


def test_a_file_without_mistakes_shows_its_difference_and_is_applied(officer):
    later = minimal_programme_yaml(effective_on="2027-04-01", subsidy={"percent": 60})
    page = check(officer, later, act="check")
    assert page.status_code == 200
    assert "What version 2 would change" in page.text
    assert "60" in page.text
    assert RuleVersion.objects.count() == 1

    answer = check(officer, later, act="apply", after_number="1")
    assert answer["Location"] == reverse("web:rule-version", args=["pier", 2])
    assert RuleVersion.objects.get(number=2).source == later


def test_a_second_click_applies_nothing_twice(officer):
    later = minimal_programme_yaml(effective_on="2027-04-01")
    check(officer, later, act="apply", after_number="1")
    answer = check(officer, later, act="apply", after_number="1")
    assert answer["Location"] == reverse("web:rule-version", args=["pier", 2])
    assert RuleVersion.objects.count() == 2


def test_two_officers_do_not_apply_over_each_other(officer):
    check(officer, minimal_programme_yaml(effective_on="2027-04-01"), act="apply", after_number="1")
    mine = minimal_programme_yaml(effective_on="2027-05-01")
    page = check(officer, mine, act="apply", after_number="1")
    assert page.status_code == 200
    assert "Nothing of" in page.text
    assert "2027-05-01" in page.text
    assert RuleVersion.objects.count() == 2


def test_ten_mistakes_are_ten_located_findings_and_the_text_is_kept(officer):
    page = check(officer, TEN_MISTAKES, act="check")
    assert "10 mistakes in the file" in page.text
    lines = {
        number
        for number, line in enumerate(TEN_MISTAKES.splitlines(), start=1)
        if line != (minimal_programme_yaml().splitlines())[number - 1]
    }
    # The weights are told at their list, the others where they stand.
    linked = {number for number in lines if f'href="#line-{number}"' in page.text}
    assert len(linked) == 9
    assert all(f'id="line-{number}"' in page.text for number in linked)
    assert "The weights add up to 90, not to 100." in page.text
    assert "currency: dollars" in page.text
    assert RuleVersion.objects.count() == 1


def test_applying_a_file_with_mistakes_tells_them_and_stores_nothing(officer):
    page = check(officer, "code: [", act="apply", after_number="1")
    assert "1 mistake in the file" in page.text
    assert RuleVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "not plain text in UTF-8"),
        (b"a: b\x00", "not plain text in UTF-8"),
        (b"x" * 5 * 1024 * 1024, "has more than 512 KiB"),
        (b"", "says nothing"),
    ],
    ids=["binary", "nul", "5 MB", "empty"],
)
def test_an_upload_that_is_no_programme_file_is_told_and_the_text_is_kept(officer, content, said):
    upload = SimpleUploadedFile("rules.yaml", content)
    page = check(officer, "code: half-written", act="check", file=upload)
    assert page.status_code == 200
    assert "1 mistake in the file" in page.text
    assert said in page.text
    if content:
        assert "code: half-written" in page.text


def test_a_nul_in_the_text_is_told(officer):
    page = check(officer, "code: a\0b", act="check")
    assert page.status_code == 200
    assert "Null characters" in page.text


def test_an_upload_is_read_and_shown_as_text(officer):
    later = minimal_programme_yaml(effective_on="2027-04-01")
    upload = SimpleUploadedFile("rules.yaml", later.encode())
    page = check(officer, "", act="check", file=upload)
    assert "What version 2 would change" in page.text
    assert "2027-04-01" in page.text


def test_what_would_be_refused_is_told_before_it_is_tried(officer):
    page = check(officer, minimal_programme_yaml(currency="CNY"), act="check")
    assert "stays what it is for its whole life" in page.text
    assert "Apply as version" not in page.text


def test_a_site_admin_makes_a_programme_on_the_page(now):
    client = Client()
    client.force_login(person_behind(make_admin(now)))
    url = reverse("web:programme-new")
    page = client.post(url, {"text": minimal_programme_yaml(), "act": "check"})
    assert "Apply as version 1" in page.text
    posted = {"text": minimal_programme_yaml(), "act": "apply", "after_number": "0"}
    assert client.post(url, posted)["Location"] == reverse("web:rule-version", args=["pier", 1])


def test_only_officers_change_rules_and_only_admins_make_programmes(officer, now):
    assert officer.get(reverse("web:programme-new")).status_code == 403
    other = Client()
    other.force_login(make_person("other@pier.example"))
    assert other.get(reverse("web:rules-new", args=["pier"])).status_code == 403
    assert Client().get(reverse("web:rules-new", args=["pier"])).status_code == 302
    assert officer.get(reverse("web:rules-new", args=["quay"])).status_code == 404


def test_versions_are_public_at_one_query_count(officer, django_assert_num_queries):
    url = reverse("web:programme-rules", args=["pier"])
    visitor = Client()
    visitor.get(url)
    with django_assert_num_queries(3):
        visitor.get(url)
    for year in ("2027", "2028"):
        check(officer, minimal_programme_yaml(effective_on=f"{year}-04-01"), act="apply")
    with django_assert_num_queries(3):
        page = visitor.get(url)
    assert "Version 3" in page.text
    assert "Applied by" not in page.text
    assert "Applied by" in officer.get(url).text


def test_a_version_reads_in_words_and_its_file_can_be_had(officer):
    check(officer, minimal_programme_yaml(subsidy={"percent": 60}), act="apply")
    page = Client().get(reverse("web:rule-version", args=["pier", 2]))
    assert "Who decides" in page.text
    assert "The programme pays up to 60 % of the list price" in page.text
    file = Client().get(reverse("web:rule-source", args=["pier", 2]))
    assert file.text == minimal_programme_yaml(subsidy={"percent": 60})
    assert Client().get(reverse("web:rule-version", args=["pier", 9])).status_code == 404
