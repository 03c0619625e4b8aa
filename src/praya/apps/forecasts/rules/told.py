"""The jobs that a team told with its application, as a forecast draws them."""

from __future__ import annotations

from praya.apps.forecasts.rules.nodes import spread
from praya.core.simulator.forecast.question import JobsLike, Kinds

JOBS_MOST = 20_000  # of one line in one run
PARTS_LEAST = 10


def told_kinds(shape: tuple[int, int], cards: int, share_s: int, node_cards: int = 1) -> Kinds:
    """Jobs of the cards and seconds that a team told, of a line with so many cards at once.

    With fewer cards a job takes as much longer. One that is more than a tenth of ``share_s``, the
    card time that a forecast will see, runs in parts, as from one saved state to the next; so that
    what is drawn is near what was promised.

    >>> told = told_kinds((16, 4 * 3600), 16, 10**9, 8)
    >>> told.nodes, told.cards, told.run_s, told.limit_s
    ((2,), (8,), (14400,), (21600,))
    """
    held = min(shape[0], cards)
    whole_s = -(-shape[0] * shape[1] // held)
    part_s = max(1, share_s // (PARTS_LEAST * held))
    least_s = -(-share_s // (JOBS_MOST * held))
    nodes, each = spread(held, node_cards)
    run_s = max(min(whole_s, part_s), least_s)
    return Kinds((nodes,), (each,), (run_s,), (run_s * 3 // 2,), like=JobsLike.TOLD)
