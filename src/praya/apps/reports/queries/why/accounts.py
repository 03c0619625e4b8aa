"""Why so much stands on an account of the book: its postings, or all accounts of a kind."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Subquery, Sum

from praya.apps.awards.queries import award_of
from praya.apps.billing.access import may_see_of_award
from praya.apps.books.access import may_read_book
from praya.apps.books.models import Balance, Posting
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Why, WhyCode, paged
from praya.apps.reports.queries.why.entries import entry_of_posting, uses_of
from praya.core.actor import Actor
from praya.core.ledger import Part
from praya.core.refusal import NotFound

ALL = "*"
ALL_COMMITTED = f"award/{ALL}"
OF_LEADS = ("debt", "receivable")
_COUNTED = (Part.USED.value, Part.IN_FLIGHT.value, Part.FREE.value)


def why_account(  # noqa: PLR0913 -- which account, and who asks
    programme_code: str,
    account: str,
    actor: Actor,
    *,
    commodity: str = "",
    pool: str = "",
    window: chain.Window | None = None,
) -> Why:
    """What stands on an account: its postings, the newest first; of money if nothing is named.

    ``award/*/used`` is all accounts of the kind, ``award/*`` all that was committed; with a pool,
    of its lines only. Their parts are the accounts, the largest first. At most seven queries.

    Raises:
        NotFound: there is no such programme, or nothing ever stood there in the commodity, or the
            actor may not know of it.

    """
    programme = programme_of(programme_code)
    _check_may_know(programme_code, account, actor)
    commodity = commodity or programme.currency
    facts = {"programme": programme_code, "account": account, "commodity": commodity, "pool": pool}
    window = window or chain.Window()
    rows = Balance.objects.filter(programme_code=programme_code, commodity=commodity)
    if ALL in account:
        return _of_kind(facts, _like(rows, account, pool), window)
    return _posted(facts, rows.filter(account=account), window)


def _posted(facts: dict[str, Any], standing: QuerySet[Balance], window: chain.Window) -> Why:
    commodity = facts["commodity"]
    rows = Posting.objects.filter(
        entry__programme_code=facts["programme"], account=facts["account"], commodity=commodity
    )
    # What stands is kept beside the postings and read with them, so that both are of one moment.
    page = rows.select_related("entry").annotate(standing=Subquery(standing.values("amount")))
    postings = list(page.order_by("-entry_id")[window.slice])
    known = postings[0].standing if postings else standing.values_list("amount", flat=True).first()
    if known is None:
        raise NotFound(kind="account", key=facts["account"])
    uses = uses_of(posting.entry for posting in postings) if _is_used(facts["account"]) else {}
    return paged(
        WhyCode.ACCOUNT,
        unit=commodity,
        amount=known,
        facts=facts,
        parts=[entry_of_posting(each, uses.get(each.entry_id, ())) for each in postings],
        count=rows.count(),
        window=window,
    )


def _of_kind(facts: dict[str, Any], rows: QuerySet[Balance], window: chain.Window) -> Why:
    sums = rows.aggregate(sum=Sum("amount"))
    page = rows.exclude(amount=0).order_by("-amount", "account")
    parts = [
        Why(
            WhyCode.ACCOUNT,
            facts["commodity"],
            amount,
            facts | {"account": account, "pool": ""},
        )
        for account, amount in page.values_list("account", "amount")[window.slice]
    ]
    return paged(
        WhyCode.ACCOUNT,
        unit=facts["commodity"],
        amount=sums["sum"] or 0,
        facts=facts,
        parts=parts,
        count=page.count(),
        window=window,
    )


def _like(rows: QuerySet[Balance], account: str, pool: str) -> QuerySet[Balance]:
    before, _, after = account.partition(ALL)
    of_kind = Q(account__startswith=before)
    of_kind &= Q(account__endswith=after) if after else Q()
    if account == ALL_COMMITTED:
        of_kind &= Q(part__in=_COUNTED)
    if pool:
        of_kind &= Q(line__pool=pool)
    return rows.filter(of_kind)


def _is_used(account: str) -> bool:
    return account.startswith("award/") and account.endswith(f"/{Part.USED.value}")


def _check_may_know(programme_code: str, account: str, actor: Actor) -> None:
    """Readers of the book know all; who sees an award's money, what it owes."""
    if may_read_book(actor, programme_code):
        return
    kind, _, name = account.partition("/")
    if kind in OF_LEADS:
        award = award_of(name, actor)
        if award.programme.code == programme_code and may_see_of_award(actor, award):
            return
    raise NotFound(kind="account", key=account)
