"""The plan of an award day by day, which its use is drawn against."""

from __future__ import annotations

from collections.abc import Sequence

from praya.core.simulator.cluster.model import Award
from praya.core.simulator.forecast.question import Question, Standing


def held_by_now(question: Question, award: str) -> int:
    """Card seconds that jobs running now have held until now."""
    return sum(
        one.cards * len(one.on) * max(question.now_s - one.begun_s, 0)
        for one in question.running
        if one.award == award
    )


def plan_of(question: Question, award: Award, edges: Sequence[int]) -> list[int]:
    """Card seconds to be used by each edge: by the team's plan, else evenly over the days.

    Of a lease they are all the time of its cards from now on, beside what jobs that run have held:
    its use is counted so, too. Of an award without a grant, or without days, there is none.
    """
    begins_at, ends_at = award.begins_at, award.ends_at
    if begins_at is None or ends_at is None or ends_at <= begins_at:
        return []
    if award.card_seconds is None:
        return _leased(question, award.name, edges)
    standings = [one for one in question.standings if one.award == award.name]
    grant = award.card_seconds + sum(one.used_card_seconds for one in standings)
    return [_planned(_pieces(standings, begins_at, ends_at), grant, edge) for edge in edges]


def _leased(question: Question, award: str, edges: Sequence[int]) -> list[int]:
    leases = [one for one in question.cluster.leases if one.award == award]
    held = held_by_now(question, award)
    return [
        held
        + sum(
            one.cards * max(min(one.ends_at, edge) - max(one.begins_at, question.now_s), 0)
            for one in leases
        )
        for edge in (edges if leases else ())
    ]


def _pieces(
    standings: Sequence[Standing], begins_at: int, ends_at: int
) -> list[tuple[int, int, int]]:
    """From when until when how much, in proportion."""
    plan = next((one.plan for one in standings if any(part for _, part in one.plan)), None)
    pieces = plan or ((begins_at, 1),)
    ends = [*(begin for begin, _ in pieces[1:]), ends_at]
    return [
        (begin, end, part)
        for (begin, part), end in zip(pieces, ends, strict=True)
        if end > begin and part
    ]


def _planned(pieces: Sequence[tuple[int, int, int]], grant: int, edge: int) -> int:
    whole = sum(part for _, _, part in pieces)
    return sum(
        grant * part * min(max(edge - begin, 0), end - begin) // (whole * (end - begin))
        for begin, end, part in pieces
    )
