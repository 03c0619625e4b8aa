"""The sheet in words: every step with its figures, and the verdict on the ask."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from praya.core.quantity import CardTime
from praya.core.sizing import Device, Passes, Use, Verdict, Work
from praya.words.sizing import sheet_of

TRAINING = Passes(
    use=Use.TRAINING,
    parameters=7 * 10**9,
    tokens=140 * 10**9,
    epochs=1,
    precision="bf16",
    mfu_percent=Decimal("37.5"),
    device=Device(Decimal("989.4"), 80),
)


def test_runs_are_told_with_what_is_run_again():
    work = Work(jobs=10, job_cards=8, job_hours=Decimal(24), repeat_percent=Decimal(5))

    sheet = sheet_of(work, CardTime(1920 * 3600, "nvidia-h800"))

    assert (sheet.verdict, sheet.percent) == (Verdict.ABOUT, 95)
    assert sheet.steps == [
        (
            "Card time = jobs × cards × seconds, with what is run again = 10 × 8 × 86,400 × "
            "105 % = 2,016.0 card-hours."
        ),
    ]
    assert sheet.sentence == (
        "The line asks for 1,920.0 card-hours, 95 % of what the work needs: about as much."
    )


def test_a_training_is_told_from_its_operations_to_its_memory():
    sheet = sheet_of(
        Work(jobs=1, job_cards=64, passes=TRAINING), CardTime(1000 * 3600, "nvidia-h800")
    )

    operations, seconds, card_time, kept, room = sheet.steps
    assert operations == (
        "Operations = 6 × parameters × tokens × passes = 6 × 7 × 10⁹ × 1.4 × 10¹¹ × 1 = "
        "5.88 × 10²¹ (Kaplan et al. 2020; Hoffmann et al. 2022)."
    )
    assert seconds == (
        "Seconds of a job = operations ÷ (jobs × cards × peak at bf16 × part of it reached) = "
        "5.88 × 10²¹ ÷ (1 × 64 × 989.4 × 10¹² × 37.5 %) = 247,625, rounded up."
    )
    assert card_time == (
        "Card time = jobs × cards × seconds = 1 × 64 × 247,625 = 4,402.2 card-hours."
    )
    assert kept == (
        "Weights, gradients and optimiser states = parameters × bytes of each = 7 × 10⁹ × 16 = "
        "104.3 GiB (Rajbhandari et al. 2020)."
    )
    assert room == (
        "They fit into cards × GiB of each = 64 × 80 = 5,120.0 GiB; activations come on top."
    )
    assert sheet.verdict is Verdict.LESS
    assert sheet.sentence.endswith("22 % of what the work needs: less than it needs.")


def test_a_model_that_is_only_used_is_told_with_two_operations_and_its_weights():
    used = replace(TRAINING, use=Use.INFERENCE, precision="fp8", mfu_percent=Decimal(5))

    operations, seconds, _card_time, kept, room = sheet_of(
        Work(jobs=1, job_cards=1, passes=used), CardTime(1000 * 3600, "nvidia-h800")
    ).steps

    assert operations == (
        "Operations = 2 × parameters × tokens × passes = 2 × 7 × 10⁹ × 1.4 × 10¹¹ × 1 = "
        "1.96 × 10²¹ (Kaplan et al. 2020)."
    )
    assert "peak at fp8" in seconds
    assert kept == "Weights = parameters × bytes of each = 7 × 10⁹ × 1 = 6.5 GiB."
    assert room == (
        "They fit into cards × GiB of each = 1 × 80 = 80.0 GiB; keys and values of what was read "
        "come on top."
    )


def test_states_that_do_not_fit_are_told():
    one = replace(TRAINING, tokens=10**6)

    sheet = sheet_of(Work(jobs=1, job_cards=1, passes=one), CardTime(10**6, "nvidia-h800"))

    assert sheet.steps[-1].endswith("They do not fit into cards × GiB of each = 1 × 80 = 80.0 GiB.")
    assert sheet.sentence.endswith("more than it needs.")
