"""Pages of letters, wishes, outlooks and web hooks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.life.lives import HALVES
from tests.awarding import active_award, add_member, lead_of, make_site
from tests.factories import appointed, make_person, person_behind

from praya.apps.notices.commands import deliver_hooks, put_warnings, send_letters
from praya.apps.notices.models import Delivery, Hook, Letter
from praya.apps.notices.queries import kind_wishes_of, wishes_of
from praya.apps.notices.rules import KINDS, How, Topic
from praya.apps.people.letters import send_letter
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.rules import JobState
from praya.core.actor import Role
from praya.words import clock

WISHES = {topic.value: "now" for topic in KINDS} | {
    kind: "topic" for kinds in KINDS.values() for kind in kinds
}
FOLD = re.compile(
    r'<details class="kinds"( open)?>\s*<summary>\s*Each kind of letter: ([^<]+?)\s*<'
)


@pytest.fixture(autouse=True)
def _at_now(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def award(db, now):
    make_site(now - timedelta(days=10))
    return active_award(now - timedelta(days=9), hours=2)


@pytest.fixture
def as_(client):
    def sign_in(actor):
        client.force_login(person_behind(actor))
        return client

    return sign_in


def letter_to(person, **facts):
    given = {"award": "PIR-0001", "title": "Tides"} | facts
    send_letter("award.member_added", to=person, **given)
    return Letter.objects.latest("id")


def test_somebody_chooses_what_they_are_told_of(as_, award, now):
    lead = lead_of(award, now)
    client = as_(lead)
    page = client.get("/me/notices/").text
    assert "How much is used" in page
    assert 'value="off"' in page

    sent = client.post("/me/notices/", WISHES | {"use": "off", "award": "digest"})
    refused = client.post("/me/notices/", WISHES | {"award": "off"})

    assert (sent.status_code, refused.status_code) == (302, 200)
    wishes = wishes_of(lead.person_id)
    assert (wishes[Topic.USE], wishes[Topic.AWARD]) == (How.OFF, How.DIGEST)


def test_somebody_chooses_for_one_kind_and_takes_it_back(as_, award, now):
    lead = lead_of(award, now)
    client = as_(lead)

    client.post("/me/notices/", WISHES | {"use": "digest", "warning.run_out": "now"})
    chosen = kind_wishes_of(lead.person_id)
    page = client.get("/me/notices/").text
    refused = client.post("/me/notices/", WISHES | {"award.offered": "off"})
    client.post("/me/notices/", WISHES)

    assert chosen == {"warning.run_out": How.NOW}
    assert [words for is_open, words in FOLD.findall(page) if is_open] == [
        "How much is used, and when it runs out"
    ]
    assert len(FOLD.findall(page)) == len(KINDS)
    assert '<option value="topic" selected>As the topic</option>' in page
    assert refused.status_code == 200
    assert kind_wishes_of(lead.person_id) == {}


def test_the_page_of_wishes_costs_the_same_whatever_was_chosen(as_, award, now):
    client = as_(lead_of(award, now))
    with CaptureQueriesContext(connection) as none:
        client.get("/me/notices/")
    client.post("/me/notices/", WISHES | {"use": "digest", "warning.run_out": "now"})
    client.get("/me/notices/")  # says that it was saved
    with CaptureQueriesContext(connection) as some:
        client.get("/me/notices/")

    assert len(none) == len(some) <= 10


def test_an_officer_reads_the_outbox_and_previews_a_letter(as_, award, now):
    client = as_(appointed("pier", Role.OFFICER, now))
    letter = letter_to(make_person("kim@lab.example"))

    waiting = client.get("/programmes/pier/outbox/").text
    preview = client.get(f"/letters/{letter.pk}/").text
    client.post(f"/letters/{letter.pk}/", {"act": "cancel"})
    again = client.post(f"/letters/{letter.pk}/", {"act": "cancel"}).text
    client.post(f"/letters/{letter.pk}/", {"act": "again"})
    send_letters(now=now)

    assert "Waits" in waiting
    assert "You may now run jobs under the award for “Tides”" in preview
    assert "Only a letter that waits can be cancelled. This one: Cancelled." in again
    assert [one.to for one in mail.outbox] == [["kim@lab.example"]]
    assert "Sent" in client.get("/programmes/pier/outbox/?state=sent").text


def test_the_outbox_costs_a_fixed_number_of_queries(as_, award, now):
    client = as_(appointed("pier", Role.OFFICER, now))
    kim = make_person("kim@lab.example")
    letter_to(kim)
    with CaptureQueriesContext(connection) as one:
        client.get("/programmes/pier/outbox/")
    for _ in range(5):
        letter_to(kim)
    with CaptureQueriesContext(connection) as six:
        client.get("/programmes/pier/outbox/")

    assert len(one) == len(six) <= 10


def use_up(award, now, hours):
    by = lead_of(award, now)
    for day in range(1, hours + 1):
        began = now - timedelta(days=day)
        job = submit_job(
            award_code=award.code,
            cards=1,
            time_limit_s=3600,
            argv=["true"],
            key=f"day-{day}",
            by=by,
            now=began,
        )
        end = End(JobState.COMPLETED, began, began + timedelta(hours=1), exit_code=0)
        finish_job(job_id=job.pk, end=end, by=by, now=began + timedelta(hours=2))


def test_an_award_shows_its_outlook_and_how_it_is_reckoned(as_, award, now):
    use_up(award, now, 1)
    client = as_(lead_of(award, now))

    page = client.get(f"/awards/{award.code}/outlook/").text

    assert "50 % of 2.0 card-hours of nvidia-h800 is used; 1.0 card-hour" in page
    assert "the pace of the last four weeks, it is used up on 30 March 2026" in page
    assert "gamma distribution" in page
    assert f"/awards/{award.code}/outlook/" in client.get(f"/awards/{award.code}/").text


@pytest.mark.django_db
def test_an_outlook_tells_what_rules_keep_back_in_few_queries(as_, now):
    make_site(now - timedelta(days=10), life={"tranches": HALVES})
    award = active_award(now - timedelta(days=9), hours=2)
    use_up(award, now, 1)
    client = as_(lead_of(award, now))

    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/awards/{award.code}/outlook/").text

    assert "Of what is free, 1.0 card-hour of nvidia-h800 is not open yet" in page
    assert "what is open is used up on 2 March 2026 already; jobs that could pass it" in page
    assert f"/awards/{award.code}/life/" in page
    assert len(asked) <= 14


def test_a_warning_waits_on_the_first_page_of_those_who_got_it(as_, award, now):
    use_up(award, now, 1)
    put_warnings(now=now)
    Letter.objects.update(made_at=now)
    add_member(award, make_person("plain@lab.example"), now)

    page = as_(lead_of(award, now)).get("/").text

    assert "PIR-0001: 50 % of 2.0 card-hours of nvidia-h800 is used" in page
    assert "PIR-0001: 50 % of HK$42.00 is used" in page
    assert page.count(f"/awards/{award.code}/outlook/") == 1


def test_a_warning_that_was_mailed_in_english_is_shown_in_the_language_of_the_page(as_, award, now):
    use_up(award, now, 1)
    put_warnings(now=now)
    Letter.objects.update(made_at=now, subject="PIR-0001: as it was sent")

    page = as_(lead_of(award, now)).get("/", headers={"accept-language": "zh-hant"}).text

    assert "PIR-0001：HK$42.00中已使用 50%" in page
    assert "as it was sent" not in page


def test_finance_adds_a_hook_and_sees_its_secret_once(as_, award, now, settings):
    client = as_(appointed("pier", Role.FINANCE, now))

    refused = client.post("/finance/pier/hooks/", {"url": "http://10.0.0.1/"}).text
    made = client.post("/finance/pier/hooks/", {"url": "https://nowhere.invalid/"}).text
    listed = client.get("/finance/pier/hooks/").text

    assert "Nothing can be sent to this address: it must begin with https://." in refused
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", made)
    assert secret not in listed
    assert "https://nowhere.invalid/" in listed
    assert "/finance/pier/hooks/" in client.get("/finance/pier/").text


def test_a_hooks_page_tells_what_came_and_stops_and_goes_on(as_, award, now):
    finance = appointed("pier", Role.FINANCE, now)
    client = as_(finance)
    client.post("/finance/pier/hooks/", {"url": "https://nowhere.invalid/", "from_start": "on"})
    hook = Hook.objects.get()
    deliver_hooks(now=now)

    page = client.get(f"/hooks/{hook.pk}/").text
    client.post(f"/hooks/{hook.pk}/", {"act": "pause"})
    paused = client.get(f"/hooks/{hook.pk}/").text
    refused = client.post(f"/hooks/{hook.pk}/", {"act": "pause"}).text
    client.post(f"/hooks/{hook.pk}/", {"act": "resume"})
    Hook.objects.update(position=2)
    client.post(f"/hooks/{hook.pk}/", {"entry": "2"})
    unknown = client.post(f"/hooks/{hook.pk}/", {"entry": "nonsense"}).text

    assert "Its name is not known." in page
    assert "Paused" in paused
    assert "That cannot be done with this web hook now. It is: Paused." in refused
    assert Delivery.objects.filter(tried_at=None).count() == 1
    assert "There is no such thing here" in unknown
    client.post(f"/hooks/{hook.pk}/", {"act": "remove"})
    assert "The book is sent nowhere." in client.get("/finance/pier/hooks/").text


def test_an_auditor_sees_hooks_and_changes_none(as_, award, now):
    as_(appointed("pier", Role.FINANCE, now)).post(
        "/finance/pier/hooks/", {"url": "https://ledger.example/"}
    )
    hook = Hook.objects.get()
    client = as_(appointed("pier", Role.AUDITOR, now, "auditor@pier.example"))

    assert "Add the web hook" not in client.get("/finance/pier/hooks/").text
    assert "Pause" not in client.get(f"/hooks/{hook.pk}/").text
    client.post(f"/hooks/{hook.pk}/", {"act": "pause"})
    hook.refresh_from_db()
    assert hook.state == "active"
