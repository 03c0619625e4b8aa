"""What a team will run, in the form: read, refused in its place, sealed with the submission."""

from __future__ import annotations

import pytest
from tests.apps.applications.cases import line, submit, submitted, written
from tests.factories import make_programme

from praya.apps.applications.models import RequestLine
from praya.apps.applications.queries import latest_submission
from praya.apps.applications.rules import DraftIncomplete
from praya.apps.applications.rules.content import differences, seal_of
from praya.apps.applications.rules.draft import saved
from praya.core.sizing import needs_of, work_from

RUNS = {"jobs": "10", "job_cards": "2", "job_hours": "72", "repeat_percent": "5"}
TRAINING = {
    "jobs": "4",
    "job_cards": "2",
    "parameters": "7e8",
    "tokens": "14,000,000,000",
    "precision": "bf16",
    "mfu_percent": "40",
}


def problems(now, **changed: str) -> list[tuple[str, str]]:
    with pytest.raises(DraftIncomplete) as refused:
        submit(written(now, lines=[line(**changed)]), now)
    return [(each.name, each.code) for each in refused.value.problems]


@pytest.mark.django_db
def test_jobs_are_kept_with_the_line_and_sealed(now):
    make_programme(now)
    submission = latest_submission(submitted(now, lines=[line(**RUNS)]))

    [kept] = RequestLine.objects.all()
    assert kept.sizing == {"jobs": 10, "job_cards": 2, "job_hours": "72", "repeat_percent": "5"}
    assert needs_of(work_from(kept.sizing)).card_seconds == 105 * 10 * 2 * 72 * 3600 // 100
    assert submission.content["lines"][0]["job_hours"] == "72"
    other = submission.content["lines"][0] | {"job_hours": "73"}
    assert seal_of(submission.content | {"lines": [other]}) != submission.sha256


@pytest.mark.django_db
def test_a_training_is_kept_with_the_figures_of_the_device_model(now):
    make_programme(now)
    submitted(now, lines=[line(**TRAINING)])

    assert RequestLine.objects.get().sizing == {
        "jobs": 4,
        "job_cards": 2,
        "repeat_percent": "0",
        "use": "training",
        "parameters": 700_000_000,
        "tokens": 14_000_000_000,
        "epochs": 1,
        "precision": "bf16",
        "mfu_percent": "40",
        "peak_tflops": "989.4",
        "memory_gib": 80,
    }


@pytest.mark.django_db
def test_that_a_model_is_only_used_is_kept(now):
    make_programme(now)
    submitted(now, lines=[line(**TRAINING, use="inference")])

    kept = RequestLine.objects.get().sizing
    assert kept["use"] == "inference"
    assert needs_of(work_from(kept)).flops == 2 * 700_000_000 * 14_000_000_000


@pytest.mark.django_db
def test_a_line_without_a_sizing_is_submitted_and_written_as_ever(now):
    make_programme(now)
    submission = latest_submission(submitted(now))

    assert RequestLine.objects.get().sizing is None
    assert "jobs" not in submission.content["lines"][0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "found"),
    [
        (RUNS | {"jobs": ""}, [("jobs", "missing")]),
        (RUNS | {"jobs": "0"}, [("jobs", "work-not-above")]),
        (RUNS | {"jobs": "-3"}, [("jobs", "work-not-above")]),
        (RUNS | {"jobs": "1.5"}, [("jobs", "work-not-whole")]),
        (RUNS | {"jobs": "many"}, [("jobs", "work-not-a-number")]),
        (RUNS | {"jobs": "\N{ARABIC-INDIC DIGIT ONE}"}, [("jobs", "work-not-a-number")]),
        (RUNS | {"jobs": "1e99"}, [("jobs", "too-large")]),
        (RUNS | {"jobs": "9" * 5000}, [("jobs", "work-not-a-number")]),
        (RUNS | {"jobs": "1e6", "repeat_percent": "1000"}, [("jobs", "too-large")]),
        (RUNS | {"job_cards": "3"}, [("job_cards", "work-more-cards")]),
        (RUNS | {"job_hours": "721"}, [("job_hours", "work-longer")]),
        (RUNS | {"job_hours": ""}, [("job_hours", "missing")]),
        (RUNS | {"repeat_percent": "-1"}, [("repeat_percent", "work-not-above")]),
        (RUNS | {"repeat_percent": "1001"}, [("repeat_percent", "too-large")]),
        (TRAINING | {"job_hours": "5"}, [("job_hours", "work-both")]),
        (TRAINING | {"jobs": "1", "tokens": "1e15"}, [("jobs", "work-outlasts")]),
        (TRAINING | {"precision": "fp64"}, [("precision", "work-precision")]),
        (TRAINING | {"precision": ""}, [("precision", "missing")]),
        (TRAINING | {"mfu_percent": ""}, [("mfu_percent", "missing")]),
        (TRAINING | {"mfu_percent": "101"}, [("mfu_percent", "too-large")]),
        (TRAINING | {"use": "guessing"}, [("use", "not-a-choice")]),
        (
            RUNS | {"use": "inference", "job_hours": ""},
            [
                ("parameters", "missing"),
                ("tokens", "missing"),
                ("precision", "missing"),
                ("mfu_percent", "missing"),
            ],
        ),
        (TRAINING | {"epochs": "0"}, [("epochs", "work-not-above")]),
        (
            {"parameters": "x", "tokens": "0.5"},
            [
                ("jobs", "missing"),
                ("job_cards", "missing"),
                ("parameters", "work-not-a-number"),
                ("tokens", "work-not-whole"),
                ("precision", "missing"),
                ("mfu_percent", "missing"),
            ],
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_its_place(now, said, found):
    make_programme(now)

    assert problems(now, **said) == [(f"lines.1.{part}", code) for part, code in found]


@pytest.mark.django_db
def test_a_line_that_is_wrong_itself_is_told_before_its_work(now):
    make_programme(now)

    assert problems(now, **RUNS, cards="0") == [("lines.1", "limit.no_cards")]


@pytest.mark.django_db
def test_what_the_sizing_says_otherwise_is_told_in_a_difference(now):
    make_programme(now)
    content = latest_submission(submitted(now, lines=[line(**RUNS)])).content
    before = content | {"lines": [{**content["lines"][0], "jobs": "9"}]}
    # As a case reads that was submitted before the form asked.
    older = content | {"lines": [line(number="1")]}

    assert [each.fields for each in differences(before, content).lines] == [("jobs",)]
    assert [each.fields for each in differences(older, content).lines] == [tuple(RUNS)]


def test_saving_an_old_row_again_changes_nothing():
    draft = {"compute": {"lines": [{"number": "1", **line(), "plan": ""}]}}

    again = saved(draft, step="compute", values={"lines": [line(number="1")]}, base=0, revision=0)

    assert again is draft
