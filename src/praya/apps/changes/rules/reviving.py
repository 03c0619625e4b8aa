"""An award that was ended before its time runs again, worked out on paper.

What its end gave back comes out of the pool again, and what jobs gave back that landed since. A
lease is charged for whole days since its first, so days on which nobody held its cards cannot lie
within it: where one has passed, the line keeps the days that were charged, and a new one holds the
same cards from tomorrow on.

Worked example. 2 cards from 1 to 10 June, ended on the 4th, taken up again on the 6th: the line
keeps 3 days and closes, and a new line has 2 cards from the 7th to the 10th. Nothing is charged for
the 4th to the 6th.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.deciding import check_pool
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.cards import ONE_DAY, valued
from praya.apps.changes.rules.refusals import AwardOver, WrongState
from praya.apps.changes.rules.standing import Give, Standing, TakeBack
from praya.core.ledger import Grant
from praya.core.quantity import CardTime, Money


@dataclass(frozen=True, slots=True)
class Returned:
    """What the end gave back of a line, by an entry, and what jobs have given back since."""

    entry: int
    at_end: Grant
    since: Grant


@dataclass(frozen=True, slots=True)
class Revival:
    """What taking an award up again does.

    ``entries`` are reversed; ``lines`` have other terms, or are new; ``dropped`` ones go, and
    ``needed`` is what all of it takes out of the pool.
    """

    entries: tuple[int, ...]
    gives: tuple[Give, ...]
    cuts: tuple[TakeBack, ...]
    lines: tuple[LineTerms, ...]
    dropped: tuple[int, ...]
    needed: Money


def plan_revival(
    standing: Standing, *, ended_on: date, returned: Mapping[str, Returned]
) -> Revival:
    """Let an ended award run again from today; ``returned`` are the lines that its end closed.

    Raises:
        WrongState: the award does not stand ended.
        AwardOver: none of its lines has a day left.
        NoPrice: the award's rules have no price for a day of a lease.
        PoolExhausted: what went back has been given or promised to others.

    """
    if standing.state is not AwardState.ENDED:
        raise WrongState(award=standing.award, state=standing.state.value, kind="end")
    today = standing.today
    broken = [line for line in standing.lines if _lost_days(line, ended_on, today)]
    whole = [line for line in standing.lines if line not in broken]
    held_on = [line for line in broken if line.last_on > today]
    if not held_on and all(line.last_on < today for line in whole):
        raise AwardOver(award=standing.award, last_on=standing.last_on)
    opened = [(line, returned[line.code]) for line in whole if line.code in returned]
    kept = {line.number: _kept(line, ended_on, standing) for line in broken}
    begun = [
        _begun(line, number, standing) for number, line in enumerate(held_on, standing.next_number)
    ]
    gives = [Give(line, back.since) for line, back in opened if _is_something(back.since)]
    gives += [Give(line, _grant_of(line, standing)) for line in begun]
    cuts = [_cut(line, kept[line.number], standing) for line in broken if line.code not in returned]
    needed = Money(0, standing.rules.currency)
    for grant in (*(back.at_end for _, back in opened), *(give.grant for give in gives)):
        needed += grant.subsidy
    for cut in cuts:
        needed -= cut.cut.subsidy
    if needed.minor > 0:
        check_pool(
            programme=standing.rules.code,
            pool=standing.pool,
            free=standing.pool_free,
            promised=standing.promised,
            asked=needed,
            pays_subsidy=standing.pool_pays_subsidy,
        )
    return Revival(
        entries=tuple(back.entry for _, back in opened),
        gives=tuple(gives),
        cuts=tuple(cuts),
        lines=(*(line for line in kept.values() if line is not None), *begun),
        dropped=tuple(number for number, line in kept.items() if line is None),
        needed=needed,
    )


def _lost_days(line: LineTerms, ended_on: date, today: date) -> bool:
    """Whether a lease had days on which its cards were not held for it."""
    if line.shape != "cards":
        return False
    return max(line.first_on, ended_on) < min(line.last_on + ONE_DAY, today)


def _kept(line: LineTerms, ended_on: date, standing: Standing) -> LineTerms | None:
    """The days of a lease before the end; ``None`` if there were none."""
    if ended_on <= line.first_on:
        return None
    return valued(replace(line, last_on=ended_on - ONE_DAY), standing)


def _begun(line: LineTerms, number: int, standing: Standing) -> LineTerms:
    """A lease of the same cards from tomorrow on."""
    code, first_on = f"{standing.award}.{number}", standing.today + ONE_DAY
    return valued(replace(line, number=number, code=code, first_on=first_on), standing)


def _cut(line: LineTerms, kept: LineTerms | None, standing: Standing) -> TakeBack:
    """What a lease that was not returned yet is given and does not keep."""
    stays = kept or replace(line, card_seconds=0, subsidy_minor=0)
    cut = Grant(
        CardTime(line.card_seconds - stays.card_seconds, line.device_model),
        Money(line.subsidy_minor - stays.subsidy_minor, standing.rules.currency),
    )
    return TakeBack(line.code, cut, standing.book[line.code].pool)


def _grant_of(line: LineTerms, standing: Standing) -> Grant:
    return Grant(
        CardTime(line.card_seconds, line.device_model),
        Money(line.subsidy_minor, standing.rules.currency),
    )


def _is_something(grant: Grant) -> bool:
    return grant.time.seconds > 0 and grant.subsidy.minor > 0
