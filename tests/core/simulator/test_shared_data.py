"""Known answers do not vanish from a suite that was asked for them."""

from __future__ import annotations

import pytest
from tests.core.simulator import shared_data


def test_a_log_that_is_missing_is_skipped_by_name(monkeypatch, tmp_path):
    monkeypatch.setattr(shared_data, "FOLDER", tmp_path)
    monkeypatch.setattr(shared_data, "ASKED", False)

    with pytest.raises(pytest.skip.Exception, match=r"log\.swf is not in"):
        shared_data.shared_file("log.swf")


def test_a_log_that_is_missing_from_a_folder_that_was_named_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(shared_data, "FOLDER", tmp_path)
    monkeypatch.setattr(shared_data, "ASKED", True)

    with pytest.raises(pytest.fail.Exception, match=r"log\.swf is not in"):
        shared_data.shared_file("log.swf")
