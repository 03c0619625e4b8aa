"""A request is taken up by whoever decides on it: locked, and theirs to decide."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.awards.queries import award_for_update, check_takes_part
from praya.apps.books.commands import lock_book
from praya.apps.changes import access, queries
from praya.apps.changes.rules import ChangeKind
from praya.apps.programmes.queries import programme_for_update
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.changes.models import Change
    from praya.apps.changes.rules.standing import Standing
    from praya.core.actor import Actor


def take_up(change_id: int, *, action: str, by: Actor, now: datetime) -> tuple[Change, Standing]:
    """A request with its award as it stands, locked: programme, award, book, as everywhere.

    Raises:
        NotFound: there is no such request, or the actor may not know of it.
        NotAllowed: it falls to somebody else.
        Recused, OwnOrganisation: the actor takes no part in what concerns the award.

    """
    seen = queries.change_of(change_id, by)
    # Before asking what is left: what is promised to others hangs on the programme's lock.
    programme = programme_for_update(seen.award.programme.code)
    award = award_for_update(seen.award.code)
    change = queries.change_for_update(change_id)
    lock_book(programme.code)
    standing = queries.standing_of(award, now)
    amount = _amount_asked(change, standing)
    roles = access.granting_roles(ChangeKind(change.kind), standing.rules.changes, amount)
    if not by.holds(programme.code, *roles):
        raise NotAllowed(action=action, needs=tuple(role.value for role in roles))
    check_takes_part(by, award.application)
    return change, standing


def _amount_asked(change: Change, standing: Standing) -> Money | None:
    """What of a debt is to be given up, or was."""
    if (given_up := queries.given_up(change)) is not None:
        return given_up
    debt = next((one for one in standing.debts if one.id == change.wished.debt), None)
    if debt is None:
        return None
    minor = change.wished.amount_minor
    return Money(minor, debt.owed.currency) if minor else debt.owed
