"""What a work needs: known figures, and what holds of every work."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from praya.core.sizing import (
    BYTES_PER_PARAMETER,
    Device,
    Memory,
    Needs,
    Passes,
    Use,
    Verdict,
    Work,
    needs_of,
    percent_of_need,
    verdict_of,
    work_from,
)

SEVEN_BILLION = Passes(
    use=Use.TRAINING,
    parameters=7 * 10**9,
    tokens=140 * 10**9,
    epochs=1,
    precision="bf16",
    mfu_percent=Decimal(40),
    device=Device(Decimal(989), 80),
)
hundredths = st.integers(1, 10_000).map(lambda many: Decimal(many) / 100)
models = st.sampled_from(Use).flatmap(
    lambda use: st.builds(
        Passes,
        use=st.just(use),
        parameters=st.integers(1, 10**15),
        tokens=st.integers(1, 10**18),
        epochs=st.integers(1, 1000),
        precision=st.sampled_from(sorted(BYTES_PER_PARAMETER[use])),
        mfu_percent=hundredths,
        device=st.builds(Device, hundredths, st.integers(1, 10**6)),
    )
)
runs = st.builds(
    Work,
    jobs=st.integers(1, 10**6),
    job_cards=st.integers(1, 10**4),
    repeat_percent=hundredths,
    job_hours=hundredths,
)
modelled = st.builds(
    Work,
    jobs=st.integers(1, 10**6),
    job_cards=st.integers(1, 10**4),
    repeat_percent=hundredths,
    passes=models,
)


def test_jobs_of_a_known_length_take_cards_times_hours_and_some_run_again():
    work = Work(jobs=10, job_cards=8, job_hours=Decimal(24), repeat_percent=Decimal(5))

    needs = needs_of(work)
    assert needs == Needs(jobs=10, job_cards=8, job_s=86_400, again_percent=Decimal(5))
    assert needs.card_seconds == 105 * 10 * 8 * 86_400 // 100


def test_a_training_of_seven_billion_parameters_takes_what_the_formula_says():
    needs = needs_of(Work(jobs=1, job_cards=64, passes=SEVEN_BILLION))

    # 5.88e21 / (64 * 989e12 * 0.4) is 232,242.16… seconds.
    assert needs == Needs(
        jobs=1,
        job_cards=64,
        job_s=232_243,
        flops=5_880_000_000_000_000_000_000,
        memory=Memory(needed=112 * 10**9, held=64 * 80 * 2**30),
    )
    assert needs.card_seconds == 14_863_552
    assert needs.memory is not None
    assert needs.memory.fits


def test_a_model_that_is_only_used_takes_a_third_and_has_its_weights_alone():
    used = replace(SEVEN_BILLION, use=Use.INFERENCE)

    needs = needs_of(Work(jobs=1, job_cards=64, passes=used))

    assert needs.flops == 1_960_000_000_000_000_000_000
    assert needs.job_s == 77_415  # 1.96e21 / (64 * 989e12 * 0.4) is 77,414.05…
    assert needs.memory == Memory(needed=14 * 10**9, held=64 * 80 * 2**30)
    eighth = replace(used, precision="int8")
    assert needs_of(Work(jobs=1, job_cards=1, passes=eighth)).memory == Memory(
        needed=7 * 10**9, held=80 * 2**30
    )


def test_a_work_kept_before_uses_were_told_is_a_training():
    kept = Work(jobs=1, job_cards=64, passes=SEVEN_BILLION).plain()
    del kept["use"]

    assert work_from(kept) == Work(jobs=1, job_cards=64, passes=SEVEN_BILLION)


def test_a_training_shared_out_over_jobs_is_as_long_together():
    whole = needs_of(Work(jobs=1, job_cards=64, passes=SEVEN_BILLION))
    shared = needs_of(Work(jobs=10, job_cards=64, passes=SEVEN_BILLION))

    assert (shared.jobs, shared.job_s) == (10, 23_225)
    assert shared.flops == whole.flops


def test_states_that_no_card_of_a_job_has_room_for_do_not_fit():
    one_card = needs_of(Work(jobs=1, job_cards=1, passes=SEVEN_BILLION))
    two_cards = needs_of(Work(jobs=1, job_cards=2, passes=SEVEN_BILLION))

    assert [one.memory.fits for one in (one_card, two_cards) if one.memory] == [False, True]


def test_an_ask_within_a_tenth_of_the_need_is_about_as_much():
    needs = Needs(jobs=10, job_cards=1, job_s=100)
    asks = [899, 900, 1000, 1100, 1101]

    assert [verdict_of(needs, ask) for ask in asks] == [
        Verdict.LESS, Verdict.ABOUT, Verdict.ABOUT, Verdict.ABOUT, Verdict.MORE,
    ]  # fmt: skip
    assert [percent_of_need(needs, ask) for ask in asks] == [89, 90, 100, 110, 110]


@given(runs | modelled)
def test_a_work_is_kept_and_read_again_as_it_was(work):
    assert work_from(work.plain()) == work
    assert work_from(None) is None


@given(runs)
def test_card_time_is_never_below_jobs_times_cards_times_hours(work):
    told = work.jobs * work.job_cards * Fraction(work.job_hours) * 3600
    again = told * (1 + Fraction(work.repeat_percent) / 100)
    needs = needs_of(work)

    assert needs.card_seconds >= again
    # Rounded up by less than a second of each job, and what is run again of that, and one more.
    second = work.jobs * work.job_cards * (1 + Fraction(work.repeat_percent) / 100)
    assert needs.card_seconds < again + second + 1


@given(modelled)
def test_the_cards_of_a_model_do_all_its_operations(work):
    model, needs = work.passes, needs_of(work)
    a_second = Fraction(model.device.peak_tflops) * 10**10 * Fraction(model.mfu_percent)
    each = 6 if model.use is Use.TRAINING else 2
    flops = each * model.parameters * model.tokens * model.epochs

    assert needs.flops == flops
    assert work.jobs * work.job_cards * needs.job_s * a_second >= flops
    assert work.jobs * work.job_cards * (needs.job_s - 1) * a_second < flops


@given(modelled, st.integers(1, 10**6))
def test_more_work_never_needs_less_and_more_efficiency_never_more(work, more):
    needs = needs_of(work)
    larger = replace(work.passes, tokens=work.passes.tokens + more)
    faster = replace(work.passes, mfu_percent=work.passes.mfu_percent + more)

    assert needs_of(replace(work, passes=larger)).card_seconds >= needs.card_seconds
    assert needs_of(replace(work, passes=faster)).card_seconds <= needs.card_seconds
    again = replace(work, repeat_percent=work.repeat_percent + more)
    assert needs_of(again).card_seconds >= needs.card_seconds
