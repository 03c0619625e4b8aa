"""The demo's jobs: it does not go on as if they had ended."""

from __future__ import annotations

import pytest

from praya.demo import working


def test_jobs_that_do_not_end_stop_the_story(monkeypatch):
    monkeypatch.setattr(working, "_WAVE_S_MAX", 0)

    with pytest.raises(working.StillRunning) as stopped:
        working._wait_until_none(lambda: ["J-000001"])

    assert stopped.value.codes == ["J-000001"]
