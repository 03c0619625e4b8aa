"""Where a job stands, in one sentence; refusals about jobs, in theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from praya.apps.usage import rules
from praya.apps.usage.rules import JobState, WaitCode
from praya.core.ledger import BookExhausted
from praya.core.refusal import Refusal
from praya.core.scheduling.decision import WaitReason
from praya.words import jobs
from praya.words.refusals import sentence_for

AT = datetime(2026, 3, 2, 6, 32, tzinfo=UTC)  # 14:32 in Hong Kong


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            {
                "code": "no_free_cards",
                "free": 1,
                "needs": 2,
                "ahead": 0,
                "expected_at": AT.isoformat(),
                "after": "J-000012",
            },
            (
                "Waits for 2 free H800 cards: 1 is free now; expected at 2 Mar 2026, 14:32, when "
                "J-000012 reaches its time limit, or sooner."
            ),
        ),
        (
            {"code": "no_free_cards", "free": 0, "needs": 1, "ahead": 3},
            "Waits for 1 free H800 card: 0 are free now.",
        ),
        (
            {"code": "behind", "free": 2, "needs": 2, "ahead": 1},
            "Waits behind 1 job: it would fit now, but would delay one that came before it.",
        ),
        (
            {
                "code": "set_aside_soon",
                "free": 2,
                "needs": 2,
                "ahead": 0,
                "fits_until": int(AT.timestamp()),
            },
            (
                "Waits for 2 H800 cards: those that are free now are leased before it would end. "
                "With a time limit that ends by 2 Mar 2026, 14:32 it could start sooner."
            ),
        ),
        (
            {"code": "award_cap", "cap": 8, "in_use": 6, "needs": 4},
            (
                "Waits for other jobs of its award line: they use 6 of the 8 H800 cards it may "
                "hold at once, and this job needs 4."
            ),
        ),
        (
            {"code": "lease_not_begun", "begins_at": int(AT.timestamp())},
            "Waits for its lease to begin at 2 Mar 2026, 14:32.",
        ),
    ],
)
def test_a_job_waits_with_a_reason_in_one_sentence(reason, sentence):
    assert jobs.job_reason_sentence(reason, "H800") == sentence


def test_every_reason_of_the_policy_and_of_the_round_has_a_sentence():
    every = {reason.value for reason in WaitReason} | {code.value for code in WaitCode}

    assert set(jobs._WAITS) == every


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_a_word_and_a_sentence(state):
    job = SimpleNamespace(
        state=state.value,
        cards=2,
        time_limit_s=60,
        wait_reason={},
        exit_code=3,
        signal=None,
        started_at=AT,
        ended_at=AT,
        cancel_asked_at=None,
    )

    assert jobs.state_word(state.value)
    assert jobs.job_sentence(job, "H800").endswith(".")


def test_the_book_says_which_budget_what_is_in_it_and_who_can_help():
    refusal = BookExhausted(
        line="HCP-0007.1",
        commodity="nvidia-h800·s",
        asked=7200,
        free=3600,
        in_flight=36_000,
        settled=320_400,
        committed=360_000,
        holds=(("J-000003", 28_800, AT), ("J-000004", 3600, AT)),
        hold_count=3,
        award="HCP-0007",
        lead="Wong Mei",
        officers=("Chan Kit",),
    )

    assert sentence_for(refusal) == (
        "The award line HCP-0007.1 cannot hold 2.0 card-hours of nvidia-h800. Of the 100.0 "
        "card-hours of nvidia-h800 committed to it, free: 1.0 card-hour of nvidia-h800; settled: "
        "89.0 card-hours of nvidia-h800; in flight: 10.0 card-hours of nvidia-h800. The largest "
        "holds are those of J-000003 (8.0 card-hours of nvidia-h800), J-000004 (1.0 card-hour of "
        "nvidia-h800), beside 1 other; what they do not use comes back. Ask for fewer cards or a "
        "shorter time; Wong Mei, the lead of HCP-0007, can cancel jobs to free what they hold, and "
        "the officers of the programme can say what else is possible: Chan Kit."
    )


FACTS = {
    "job.award_not_active": {
        "award": "HCP-0007",
        "state": "suspended",
        "first_on": date(2026, 1, 1),
        "last_on": date(2026, 12, 31),
    },
    "job.not_a_member": {"award": "HCP-0007", "lead": "Wong Mei"},
    "job.command": {"reason": "empty"},
    "job.line_unclear": {"award": "HCP-0007", "lines": ((1, "nvidia-h800"), (2, "ascend-910b"))},
    "job.line_not_begun": {"line": "HCP-0007.1", "first_on": date(2026, 1, 1)},
    "job.too_many_cards": {"line": "HCP-0007.1", "cards": 9, "most": 8},
    "job.time_limit": {"time_limit_s": 0, "most_s": 604_800},
    "job.past_award_end": {
        "line": "HCP-0007.1",
        "would_end_at": AT,
        "last_on": date(2026, 3, 1),
    },
    "job.no_partition": {"device_model": "nvidia-h800", "cards": 9, "most": 8},
    "job.submitted_there": {
        "places": (
            {
                "code": "harbour",
                "cluster": "Harbour",
                "called": "trial",
                "account": "hcp-0007",
                "kind": "h800",
                "partitions": ("H800",),
            },
        ),
        "cards": 2,
        "time_limit_s": 601,
    },
    "job.class_unknown": {
        "line": "HCP-0007.1",
        "service_class": "ugrent",
        "known": ("patient", "urgent"),
    },
    "job.class_elsewhere": {
        "line": "HCP-0007.1",
        "own": "",
        "service_class": "urgent",
        "why": "cluster",
    },
    "job.key_reused": {"job": "J-000001"},
    "job.free_use_over": {
        "line": "HCP-0007.1",
        "asked": 7200,
        "left": 3600,
        "most": 36_000,
        "used": 32_400,
        "stop": "month",
        "device_model": "nvidia-h800",
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "facts"), FACTS.items())
def test_every_refusal_of_a_job_is_a_sentence(code, facts):
    refusal = Refusal.every_code()[code](**facts)

    assert sentence_for(refusal).endswith(".")


def test_no_refusal_is_left_out():
    of_jobs = {
        one.code
        for one in vars(rules).values()
        if isinstance(one, type) and issubclass(one, Refusal) and one.code.startswith("job.")
    }
    assert of_jobs == set(FACTS)
