"""Whom the pages of a cluster tell of which accounts."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Value

from praya.apps.awards.models import Award, AwardLine
from praya.apps.enforcement.models import Link
from praya.apps.programmes.models import Programme
from praya.apps.usage.access import SEE_JOBS
from praya.apps.usage.queries import account_of, account_of_lease
from praya.apps.usage.queries.on_clusters import told_of_clusters
from praya.core.actor import Actor


def hidden_accounts(actor: Actor, link: Link) -> frozenset[str]:
    """The accounts of which the pages of a cluster do not tell the actor. Two queries at most.

    They are those of awards, leases and programmes that the actor neither operates nor audits, and
    accounts that others called otherwise, if such an award's was the last that one was.
    """
    if actor.is_admin or actor.is_praya:
        return frozenset()
    awards = Award.objects.exclude(told_of_clusters(actor, programme="programme"))
    lines = AwardLine.objects.exclude(told_of_clusters(actor, programme="award__programme"))
    programmes = Programme.objects.exclude(code__in=actor.programmes_as(*SEE_JOBS))
    called: dict[str, Callable[[str], str]] = {
        "award": account_of,
        "lease": account_of_lease,
        "programme": str,
    }
    each = zip(called, (awards, lines, programmes), strict=True)
    first, *others = (rows.order_by().values_list(Value(of), "code") for of, rows in each)
    hidden = {called[of](code) for of, code in first.union(*others, all=True)}
    mapped = link.adoptions.exclude(award=None).order_by("pk")
    for account, programme in mapped.values_list("account", "award__programme__code"):
        is_told = programme in actor.programmes_as(*SEE_JOBS)
        hidden = hidden - {account} if is_told else hidden | {account}
    return frozenset(hidden)
