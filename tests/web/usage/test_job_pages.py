"""Pages about jobs: the form, the list, the page of one, what it prints, and stopping it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.awarding import Given, active_award, add_member, lead_of, make_site
from tests.factories import appointed, make_partition, make_person, person_behind
from tests.fakes import ObedientEngine

from praya.apps.books.commands import ask_reversal
from praya.apps.books.models import Entry
from praya.apps.clusters.models import Cluster
from praya.apps.usage import engines
from praya.apps.usage.commands import (
    approve_correction,
    forget_jobs,
    run_schedule,
    submit_job,
    track_jobs,
)
from praya.apps.usage.models import Job
from praya.apps.usage.queries import run_key
from praya.core.actor import Role
from praya.core.execution.port import EngineUnavailable, JobState, Outage, Output
from praya.words import clock

ASCEND = {"device_model_code": "ascend-910b"}


class PrintingEngine(ObedientEngine):
    """Prints a text of which it gives ten bytes at a time."""

    text = b"step 1\nstep 2\nloss < 0.5\n"

    def output(self, key, *, offset, limit):
        content = self.text[offset : offset + min(limit, 10)]
        over = self.reports[key].state.is_final and offset + len(content) >= len(self.text)
        return Output(content, offset + len(content), len(self.text), ended=over)


@pytest.fixture
def award(programme, now):
    return active_award(now)


@pytest.fixture
def lead(award, signed_in) -> Client:
    return signed_in(award.lead)


@pytest.fixture
def engine(monkeypatch, now):
    engine = PrintingEngine(now)
    monkeypatch.setattr(engines, "_opened", lambda *_: engine)
    return engine


def typed(client: Client, **changed) -> dict[str, str]:
    """The form as a person fills it in, with the key it came with."""
    page = client.get(reverse("web:job-new")).text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key, page
    return {
        "key": key[1],
        "line": "PIR-0001:1",
        "cards": "2",
        "time_limit": "10m",
        "command": "python train.py --name 'a b'",
        "script": "",
        "name": "first try",
    } | changed


def submitted(award, now, *, key="first", by=None, **facts):
    return submit_job(
        award_code=award.code,
        cards=2,
        time_limit_s=600,
        argv=["python", "train.py"],
        key=key,
        by=by or lead_of(award, now),
        now=now,
        **facts,
    )


def started(engine, now):
    run_schedule(engine=engine, cluster_code="quay", now=now)
    track_jobs(engine=engine, cluster_code="quay", now=now)


def first_key():
    """The engine's key of the first job."""
    return run_key(Job.objects.earliest("id"))


def test_a_member_submits_a_job_and_sees_where_it_stands(lead):
    answer = lead.post(reverse("web:job-new"), typed(lead), follow=True)

    job = Job.objects.get()
    assert (job.argv, job.cards, job.time_limit_s) == (
        ["python", "train.py", "--name", "a b"],
        2,
        600,
    )
    assert answer.redirect_chain == [(reverse("web:job", args=[job.code]), 302)]
    assert "Is admitted and about to be looked at." in answer.text
    assert "python train.py --name &#x27;a b&#x27;" in answer.text


def test_a_class_of_service_is_chosen_and_told_with_its_price(db, signed_in, now):
    prices = [
        {"device_model": model, "per_card_hour": 30, "valid_from": "2026-01-01", "factors": factors}
        for model in ("nvidia-h800", "ascend-910b")
        for factors in [{"urgent": "3/2"}]
    ]
    make_site(now, prices=prices)
    lead = signed_in(active_award(now).lead)
    assert '<option value="urgent">urgent (3/2)</option>' in lead.get(reverse("web:job-new")).text

    answer = lead.post(reverse("web:job-new"), typed(lead, service_class="urgent"), follow=True)

    assert "urgent (3/2)" in answer.text
    assert "HK$10.50" in answer.text  # a third of an hour at 45.00, 70 %


def test_a_line_whose_cards_take_jobs_by_sbatch_alone_is_not_offered_and_the_page_says_how(
    db, signed_in, now
):
    make_site(now)
    make_partition(now, cluster_code="harbour", code="npu", engine="slurm", **ASCEND)
    cluster = Cluster.objects.filter(code="harbour")
    told = {"cluster": "c", "partitions": {"npu": "NPU", "other": "other"}}
    cluster.update(engine_settings=told | {"models": {"ascend910b": "ascend-910b"}})
    lines = [Given(), Given(device_model="ascend-910b")]
    lead = signed_in(active_award(now, lines=lines).lead)

    page = lead.get(reverse("web:job-new")).text
    answer = lead.post(reverse("web:job-new"), typed(lead, line="PIR-0001:2"))

    assert re.findall(r'<option value="(PIR[^"]*)"', page) == ["PIR-0001:1"]
    assert (
        "sbatch --account=pir-0001 --gres=gpu:ascend910b:1 --time=10 --partition=NPU script" in page
    )
    assert "Jobs are submitted on Harbour itself" in page
    assert (answer.status_code, Job.objects.count()) == (200, 0)


def test_a_double_click_submits_once(lead):
    form = typed(lead)

    first = lead.post(reverse("web:job-new"), form)
    second = lead.post(reverse("web:job-new"), form)

    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1


def test_the_form_shows_what_is_free_and_how_a_command_is_read(lead):
    page = lead.post(reverse("web:job-new"), typed(lead, check="1"))

    assert "<li><code>a b</code></li>" in page.text
    assert "Of 100.0 card-hours committed" in page.text
    assert Job.objects.count() == 0


def test_a_refusal_is_a_sentence_and_nothing_typed_is_lost(lead):
    page = lead.post(reverse("web:job-new"), typed(lead, cards="9"))

    assert "The line PIR-0001.1 allows 1 to 8 cards at once, and 9 were asked for." in page.text
    assert "first try" in page.text
    assert Job.objects.count() == 0


def test_beyond_the_budget_the_page_says_who_can_help(lead):
    page = lead.post(reverse("web:job-new"), typed(lead, cards="8", time_limit="13h"))

    assert "The award line PIR-0001.1 cannot hold 104.0 card-hours of nvidia-h800." in page.text
    assert "Lead, the lead of PIR-0001, can cancel jobs to free what they hold" in page.text


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("time_limit", "soon", "This is no length of time."),
        ("time_limit", "0s", "A time limit is between one second and 7 days; 0 s was asked for."),
        ("command", "echo 'a", "A quotation mark is not closed."),
        ("command", "", "There is nothing to run."),
        ("line", "PIR-0009:1", "PIR-0009:1 is not one of the available choices."),
        ("cards", "two", "Enter a whole number."),
        ("name", "x" * 10_000, "at most 200 characters"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_beside_it(lead, field, text, sentence):
    page = lead.post(reverse("web:job-new"), typed(lead, **{field: text}))

    assert page.status_code == 200
    assert sentence in page.text
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1h30m", 5400), ("1:30:00", 5400), ("5:00", 300), ("2 h", 7200), ("1D", 86_400)],
)
def test_lengths_of_time_are_read_as_people_write_them(lead, text, seconds):
    lead.post(reverse("web:job-new"), typed(lead, time_limit=text, cards="1"))

    assert Job.objects.get().time_limit_s == seconds


def test_a_script_is_kept_with_plain_line_ends(lead):
    form = typed(lead, command="--fast", script="#!/bin/sh\r\necho $1\r\n")

    lead.post(reverse("web:job-new"), form)

    job = Job.objects.get()
    assert (job.script, job.argv) == ("#!/bin/sh\necho $1\n", ["--fast"])


def test_who_is_in_no_award_is_told_what_to_do(programme, signed_in):
    client = signed_in(make_person("stranger@else.example"))

    assert "The lead of an award can add you to it." in client.get(reverse("web:job-new")).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_it_holds(
    award, lead, now, count, django_assert_num_queries
):
    for number in range(count):
        submitted(award, now, key=str(number))

    with django_assert_num_queries(5):
        page = lead.get(reverse("web:job-list"))

    assert page.text.count("about to be looked at") == count


def test_an_award_leads_to_its_own_jobs(award, lead, now):
    own = submitted(award, now)
    submitted(active_award(now), now)
    page = lead.get(reverse("web:award", args=[award.code])).text
    [way] = re.findall(rf'"({reverse("web:job-list")}\?[^"]*)"', page)
    assert re.findall(r">(J-\d+)<", lead.get(way).text) == [own.code]


def test_the_list_holds_what_the_reader_may_see(award, signed_in, now):
    kit = make_person("kit@pier.example")
    member = add_member(award, kit, now)
    others = submitted(award, now)
    own = submitted(award, now, by=member)
    operator = person_behind(appointed("pier", Role.OPERATOR, now))
    stranger = make_person("stranger@else.example")

    def listed(person):
        page = signed_in(person).get(reverse("web:job-list")).text
        return set(re.findall(r">(J-\d+)<", page))

    assert listed(kit) == {own.code}
    assert listed(award.lead) == listed(operator) == {others.code, own.code}
    assert listed(stranger) == set()


def test_a_running_job_shows_its_times_its_hold_and_what_it_prints(award, lead, engine, now):
    job = submitted(award, now)
    started(engine, now)

    page = lead.get(reverse("web:job", args=[job.code])).text

    assert "Runs on 2 H800 SXM cards since 17:00; reaches its time limit at 17:10." in page
    assert "#3" in page  # the hold, after funding and commitment
    assert "step 1" in page
    assert f"/jobs/{job.code}/output/?offset=10" in page
    assert 'hx-trigger="every 2s"' in page


def test_the_page_of_a_job_asks_the_database_little(
    award, lead, engine, now, django_assert_max_num_queries
):
    job = submitted(award, now)
    started(engine, now)

    with django_assert_max_num_queries(12):
        lead.get(reverse("web:job", args=[job.code]))


def test_output_is_followed_piece_by_piece_until_it_ends(award, lead, engine, now):
    job = submitted(award, now)
    started(engine, now)
    url = reverse("web:job-output", args=[job.code])

    piece = lead.get(url, {"offset": 20}, headers={"HX-Request": "true"}).text
    assert "0.5" in piece
    assert "offset=25" in piece

    engine.pass_time(5)
    engine.end(first_key())
    track_jobs(engine=engine, cluster_code="quay", now=now + timedelta(seconds=5))
    assert "hx-get" not in lead.get(url, {"offset": 20}, headers={"HX-Request": "true"}).text


def test_what_a_job_prints_never_becomes_markup(award, lead, engine, now):
    engine.text = b"<script>x</script>"
    job = submitted(award, now)
    started(engine, now)

    piece = lead.get(
        reverse("web:job-output", args=[job.code]), headers={"HX-Request": "true"}
    ).text

    assert piece.startswith("&lt;script&gt;x")


def test_all_output_can_be_downloaded(award, lead, engine, now):
    job = submitted(award, now)
    started(engine, now)

    answer = lead.get(reverse("web:job-output", args=[job.code]))

    assert b"".join(answer.streaming_content) == engine.text
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_while_the_engine_is_away_the_page_stands(award, lead, engine, monkeypatch, now):
    job = submitted(award, now)
    started(engine, now)

    def away(*_args, **_options):
        raise EngineUnavailable("away")

    monkeypatch.setattr(engine, "output", away)

    assert "Runs on 2 H800" in lead.get(reverse("web:job", args=[job.code])).text


def test_while_the_engine_is_away_the_file_says_so_and_quotes_it_for_operators_alone(
    award, lead, engine, monkeypatch, now
):
    job = submitted(award, now)
    started(engine, now)

    def away(*_args, **_options):
        raise EngineUnavailable("squeue: node-7: no answer", cause=Outage.CONTROLLER)

    monkeypatch.setattr(engine, "output", away)

    def shown():
        answer = lead.get(reverse("web:job-output", args=[job.code]))
        assert answer.status_code == 503
        assert re.search(r"<h1>\s*The engine does not answer\s*</h1>", answer.text)
        assert "The cluster’s controller, which places jobs, is away." in answer.text
        return answer.text

    assert "node-7" not in shown()
    appointed("pier", Role.OPERATOR, now, award.lead.email)
    assert "It said: “squeue: node-7: no answer”." in shown()


def test_a_job_that_ended_shows_its_charge_and_polls_no_more(award, lead, engine, now):
    job = submitted(award, now)
    started(engine, now)
    engine.pass_time(60)
    engine.end(first_key(), JobState.FAILED, exit_code=3)
    track_jobs(engine=engine, cluster_code="quay", now=now + timedelta(seconds=60))

    page = lead.get(reverse("web:job", args=[job.code])).text

    assert "with exit code 3" in page
    assert "HK$1.00" in page  # 2 cards for a minute at list price
    assert "HK$0.70" in page
    assert reverse("web:statement", args=["PIR-0001", "2026-03"]) in page
    assert "every 2s" not in page
    assert "Taken back" not in page
    one, two = (appointed("pier", Role.FINANCE, now, f"{name}@pier.example") for name in "ab")
    number = Entry.objects.get(kind="settle").number
    asked = ask_reversal(programme_code="pier", number=number, reason="x", by=one, now=now)
    approve_correction(correction_id=asked.pk, by=two, now=now + timedelta(minutes=2))
    assert "Taken back" in lead.get(reverse("web:job", args=[job.code])).text


def test_only_the_standing_is_drawn_anew(award, lead, engine, now):
    job = submitted(award, now)

    piece = lead.get(reverse("web:job", args=[job.code]), headers={"HX-Target": "standing"}).text

    assert piece.lstrip().startswith('<section id="standing"')


def test_an_operator_sees_a_job_and_not_what_it_prints(award, engine, signed_in, now):
    job = submitted(award, now)
    started(engine, now)
    operator = signed_in(person_behind(appointed("pier", Role.OPERATOR, now)))

    page = operator.get(reverse("web:job", args=[job.code]))

    assert page.status_code == 200
    assert "step 1" not in page.text
    assert operator.get(reverse("web:job-output", args=[job.code])).status_code == 403


def test_a_stranger_finds_no_job(award, signed_in, now):
    job = submitted(award, now)
    stranger = signed_in(make_person("stranger@else.example"))

    for name in ("web:job", "web:job-output", "web:job-cancel"):
        assert stranger.get(reverse(name, args=[job.code])).status_code == 404


def test_cancelling_asks_first(award, lead, now):
    job = submitted(award, now)
    url = reverse("web:job-cancel", args=[job.code])

    assert "A waiting job gives back what it holds." in lead.get(url).text
    page = lead.post(url, follow=True)

    assert f"Job {job.code} is cancelled." in page.text
    assert "Cancelled at 17:00 before it began. Nothing was charged." in page.text
    assert f"Job {job.code} had ended" not in lead.post(url, follow=True).text


def test_failed_jobs_wait_on_the_first_page(award, lead, engine, now):
    job = submitted(award, now)
    started(engine, now)
    engine.end(first_key(), JobState.FAILED, exit_code=1)
    track_jobs(engine=engine, cluster_code="quay", now=now + timedelta(seconds=1))

    assert f"Job {job.code} failed" in lead.get(reverse("web:home")).text


def test_a_lease_says_that_its_jobs_hold_nothing(programme, signed_in, now):
    award = active_award(now, lines=[Given("cards", cards=3)])

    page = signed_in(award.lead).get(reverse("web:job-new")).text

    assert "A lease of 3 cards: jobs on it hold nothing more." in page


def test_health_says_whether_the_database_answers_and_the_worker_works(
    client, db, settings, tmp_path
):
    from praya.apps.usage.heartbeat import note_round

    settings.PRAYA_HOME = tmp_path
    answer = {"database": True, "worker_age_s": None, "silent_clusters": 0}
    assert client.get(reverse("web:health")).json() == answer

    note_round(clock.now() - timedelta(seconds=7))

    assert client.get(reverse("web:health")).json() == answer | {"worker_age_s": 7}


def test_the_page_says_when_the_output_was_removed(award, lead, engine, now):
    job = submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=60,
        argv=["true"],
        key="first",
        by=lead_of(award, now),
        now=now,
    )
    run_schedule(engine=engine, cluster_code="quay", now=now)
    engine.end(run_key(job))
    track_jobs(engine=engine, cluster_code="quay", now=now)
    forget_jobs(engine=engine, cluster_code="quay", now=now + timedelta(days=100))

    page = lead.get(reverse("web:job", args=[job.code])).text

    assert "were removed on 10 June 2026" in page
    assert "loss" not in page


def test_a_job_beyond_the_grant_says_that_it_is_free_use(db, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_site(now, life={"free_use": {"percent_max": 500}})
    award = active_award(now, hours=1)
    given = {"cards": 2, "time_limit_s": 3600, "argv": ["true"], "by": lead_of(award, now)}
    free = submit_job(award_code=award.code, key="free", now=now, **given)
    reader = Client()
    reader.force_login(award.lead)

    shown = reader.get(reverse("web:job", args=[free.code])).content.decode()

    assert "beyond the grant: not charged, and stopped for others" in shown
    life = reader.get(reverse("web:award-life", args=[award.code])).content.decode()
    assert "500% of what stands on the line" in life
