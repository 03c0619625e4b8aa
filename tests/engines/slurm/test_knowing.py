"""What the controller has, from a program that only says what a test tells it."""

import pytest
from tests.engines.slurm.conftest import outage

from praya.core.execution.port import Outage


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("37                  |1000                    |", {"c:37:1000", "c:37:1000:h800"}),
        ("37                  |1001                    |", set()),  # its number came again
        ("38                  |900                     |", set()),
    ],
)
def test_what_the_controller_has_is_asked_for_twice_and_told_by_number_and_submission(
    engine, says, tmp_path, line, known
):
    first = f"if mkdir {tmp_path}/asked 2>/dev/null; then exit 0; fi\n"
    says("squeue", f"{first}echo '{line}'")

    assert engine.still_known({"c:37:1000", "c:37:1000:h800"}) == known
    says("squeue", "echo '<html>'")
    assert outage(lambda: engine.still_known({"c:37:1000"})) is Outage.GARBLED
