"""What the accounts of awards are called on a cluster.

As the award, in small letters; or as others called one that was there before and became the award's
(a *mapped* account). An account never belongs to two awards: where one is mapped that is called as
another award, it is the first one's, and the other has none there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import ACCEPTED
from praya.apps.enforcement.models import Adoption
from praya.apps.enforcement.queries.serving import lines_wanted
from praya.apps.enforcement.rules import AdoptionKind
from praya.apps.people.queries import names_there
from praya.apps.programmes.models import Programme
from praya.apps.usage.queries import account_of, account_of_lease
from praya.core.actor import Actor, Role
from praya.core.execution.limits import Obstacle, ObstacleKind, Standing, Wanted

if TYPE_CHECKING:
    from praya.apps.enforcement.models import Link

_STATES = [state.value for state in ACCEPTED]


def mapped_on(link: Link) -> dict[str, str]:
    """The mapped accounts of a cluster by the codes of their awards. One query."""
    rows = Adoption.objects.filter(
        link_id=link.pk,
        kind=AdoptionKind.ACCOUNT.value,
        award__isnull=False,
        agreed_at__isnull=False,
        ended_at=None,
    )
    return dict(rows.order_by().values_list("award__code", "account"))


def mapped_accounts(award: Award) -> list[tuple[str, str]]:
    """What an award's account is called, by the cluster, where that is otherwise. One query."""
    rows = Adoption.objects.filter(award=award, agreed_at__isnull=False, ended_at=None)
    found = rows.order_by("link__cluster__name").values_list("link__cluster__name", "account")
    return [(name, account) for name, account in found if account != account_of(award.code)]


def as_called(link: Link, wanted: Sequence[Wanted]) -> list[Wanted]:
    """What is wanted, under the names that accounts have on a cluster. One query.

    The account called as an award that has a mapped one is closed where it is there. What would be
    wanted of an account that is another award's is left out, see ``clashes_on``.
    """
    mapped = {account_of(code): account for code, account in mapped_on(link).items()}
    taken = set(mapped.values())
    found = []
    for one in wanted:
        account = mapped.get(one.account, one.account)
        if one.programme in taken or (one.account not in mapped and account in taken):
            continue
        found.append(replace(one, account=account))
        if one.account not in {account, *taken}:
            found.append(_closed(one))
    return found


def clashes_on(link: Link) -> list[Obstacle]:
    """Awards, leases and programmes that have no account there: it is another award's already."""
    mapped = mapped_on(link)
    taken = set(mapped.values())
    if not taken:
        return []
    awards = Award.objects.filter(state__in=_STATES).exclude(code__in=mapped)
    leases = AwardLine.objects.filter(award__state__in=_STATES, shape=LineShape.CARDS.value)
    called = {
        **{code: account_of(code) for code in awards.values_list("code", flat=True)},
        **{code: account_of_lease(code) for code in leases.values_list("code", flat=True)},
        **{code: code for code in Programme.objects.values_list("code", flat=True)},
    }
    return [
        Obstacle(ObstacleKind.NAME_SHARED, account, code)
        for code, account in sorted(called.items())
        if account in taken
    ]


def _closed(one: Wanted) -> Wanted:
    """What is wanted of an account that its award no longer uses."""
    nothing = dict.fromkeys(one.left_s, 0)
    ended = one.standing is Standing.ENDED
    return replace(
        one,
        left_s=nothing,
        charged_s={},
        cards_at_once=0,
        cards_by_model={},
        ends_at=None,
        standing=one.standing if ended else Standing.SUSPENDED,
        is_kept=True,
    )


def accounts_held(link: Link) -> dict[str, str]:
    """The codes of all accepted awards by what their accounts are called there. Two queries.

    An award with a mapped account is told twice: what runs yet in the account called as the award
    is the award's as well.
    """
    codes = set(Award.objects.filter(state__in=_STATES).values_list("code", flat=True))
    own = {account_of(code): code for code in codes}
    mapped = {account: code for code, account in mapped_on(link).items() if code in codes}
    return own | mapped


def award_ids_held(link: Link) -> dict[str, int]:
    """The keys of all accepted awards by what their accounts, and their leases', are called."""
    ids = dict(Award.objects.filter(state__in=_STATES).values_list("code", "pk"))
    leases = AwardLine.objects.filter(award__state__in=_STATES, shape=LineShape.CARDS.value)
    codes = leases.values_list("code", "award_id")
    found = {account_of_lease(code): award_id for code, award_id in codes}
    return found | {account: ids[code] for account, code in accounts_held(link).items()}


def award_behind(link: Link, account: str) -> Award | None:
    """The accepted award whose account on a cluster is called so, with its application."""
    mapped = {name: code for code, name in mapped_on(link).items()}
    return accepted_award(mapped.get(account, account))


def accepted_award(code: str) -> Award | None:
    """The accepted award of a code, in large letters or small, with its application."""
    awards = Award.objects.select_related("application__organisation", "programme")
    return awards.filter(code__iexact=code, state__in=_STATES).first()


def award_of_adoption(adoption: Adoption) -> Award | None:
    """The accepted award whose an account is, or becomes once it is agreed to."""
    if adoption.award is not None:
        return accepted_award(adoption.award.code)
    return award_behind(adoption.link, adoption.account)


def leads_without_account(link: Link, actor: Actor) -> dict[str, set[str]]:
    """Awards of which no account is mapped there, nor asked to be, by their leads' users.

    Those with card-hours that can be used there, of programmes that the actor operates; for a site
    admin, of all. Three queries.
    """
    asked = link.adoptions.filter(ended_at=None, award__isnull=False)
    awards = Award.objects.filter(
        state__in=_STATES,
        lines__in=lines_wanted(link),
    ).exclude(pk__in=asked.values("award"))
    if not actor.is_admin:
        awards = awards.filter(programme__code__in=actor.programmes_as(Role.OPERATOR))
    found: dict[str, set[str]] = defaultdict(set)
    there = names_there(link.cluster.code)
    for lead_id, everywhere, code in awards.order_by().values_list(
        "lead_id", "lead__unix__name", "code"
    ):
        if user := there.of(lead_id, everywhere):
            found[user].add(code)
    return dict(found)


def names_reserved() -> tuple[list[str], set[str]]:
    """What the codes of awards begin with, in small letters; and the codes of programmes."""
    rows = list(Programme.objects.values_list("prefix", "code"))
    return sorted({prefix.lower() for prefix, _ in rows}), {code for _, code in rows}


def cards_granted(award: Award) -> int:
    """How many cards at once an award has in all its lines in card-hours."""
    lines = award.lines.filter(shape=LineShape.CARD_HOURS.value).order_by()
    return sum(lines.values_list("cards", flat=True))
