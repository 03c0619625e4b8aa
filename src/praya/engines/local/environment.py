"""What a job finds in its environment: a short list, so that none of Praya's secrets is in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from praya.engines.local.shepherd import VISIBLE_DEVICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from praya.core.execution.port import JobOrder

MARK = "PRAYA_JOB_MARK"
_HANDED_DOWN = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")


def path_with_python(path: str) -> str:
    """``path`` after the folder of the Python that runs Praya, so that ``python`` is found."""
    return os.pathsep.join((str(Path(sys.executable).parent), path or os.defpath))


def job_environment(  # noqa: PLR0913 -- each is one fact of the environment
    order: JobOrder, *, around: Mapping[str, str], path: str, work: str, temporary: str, mark: str
) -> dict[str, str]:
    """The whole environment of a job; later groups win over earlier ones.

    Handed down from ``around``: language and time zone. Given: ``PATH``, ``HOME``, ``TMPDIR``.
    Ordered: what the order adds or replaces. Fixed: the visible devices and Praya's own names, so
    that no order can see a card it was not given. No card at all shows as an empty list.
    """
    visible = ",".join(str(slot) for slot in order.slots)
    handed_down = {name: around[name] for name in _HANDED_DOWN if name in around}
    given = {"PATH": path, "HOME": work, "TMPDIR": temporary}
    fixed = dict.fromkeys(VISIBLE_DEVICES, visible) | {
        "PRAYA_SLOTS": visible,
        "PRAYA_CARDS": str(len(order.slots)),
        "PRAYA_DEVICE_MODEL": order.device_model,
        "PRAYA_JOB": order.key,
        MARK: mark,
    }
    return handed_down | given | dict(order.environment) | fixed
