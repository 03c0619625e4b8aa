"""Whose runs on a cluster are charged, and from when on."""

from __future__ import annotations

from collections.abc import Iterable

from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries.accounts import accounts_held
from praya.apps.enforcement.queries.adoptions import accounts_begun
from praya.apps.enforcement.rules import AdoptionKind
from praya.core.execution.limits import ObstacleKind

AHEAD_S = 60  # the cluster's clock may be before Praya's
_NEVER = 1 << 62


def accounts_charged(link: Link) -> dict[str, str]:
    """The codes of all accepted awards by their accounts on a cluster, but for those of others.

    An account that others made under an award's name is theirs until it is taken over, also while
    that is begun and was cut off.
    """
    others = accounts_begun(link) | {
        one["account"] for one in link.obstacles if one["kind"] == ObstacleKind.NAME_TAKEN.value
    }
    return {account: code for account, code in accounts_held(link).items() if account not in others}


def charged_from(link: Link, accounts: Iterable[str]) -> dict[str, int]:
    """From which end on, in seconds since 1970, runs of accounts are charged. One query.

    What ended before awards were held there, or before an account of others was taken over, is no
    use of the award's. Where no awards are held nothing is charged.
    """
    since = link.charged_since if link.enforced_since is not None else None
    held = int(since.timestamp()) - AHEAD_S if since is not None else _NEVER
    agreed = link.adoptions.filter(kind=AdoptionKind.ACCOUNT.value, agreed_at__isnull=False)
    rows = agreed.order_by("agreed_at").values_list("account", "agreed_at")
    taken = {account: int(at.timestamp()) for account, at in rows if at is not None}
    return {account: max(held, taken.get(account, held)) for account in accounts}
