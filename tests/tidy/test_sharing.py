"""How two processes share the tests."""

from __future__ import annotations

from pathlib import Path

from tests.sharing import EACH_BY_ITSELF, Sharing

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_stays_in_one_process_unless_its_tests_are_long():
    unit = Sharing.__new__(Sharing)._split_scope
    long = EACH_BY_ITSELF[0]

    assert unit("tests/cli/test_live.py::test_a") == unit("tests/cli/test_live.py::test_b[c::d]")
    assert unit(f"{long}::test_a[b]") == f"{long}::test_a[b]"


def test_the_files_of_long_tests_are_there():
    assert [name for name in EACH_BY_ITSELF if not (ROOT / name).is_file()] == []
