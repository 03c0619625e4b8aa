"""Why one of an award's four numbers is as it is: every posting behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from django.db.models import Count, F, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.books.models import Balance, Hold, Posting
from praya.apps.books.models import Line as BookLine
from praya.apps.books.rules import HoldState
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode, paged
from praya.apps.reports.queries.why.entries import entry_grounds, entry_of_posting, uses_of
from praya.core.actor import Actor
from praya.core.ledger import Part, line_account
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

Number = Literal["settled", "in-flight", "committed", "free"]
NUMBERS: tuple[str, ...] = get_args(Number)
_PARTS = {"settled": Part.USED, "in-flight": Part.IN_FLIGHT, "free": Part.FREE}


def why_balance(  # noqa: PLR0913 -- which figure, and who asks
    award_code: str,
    number: str,
    actor: Actor,
    *,
    commodity: str = "",
    line: str = "",
    window: chain.Window | None = None,
) -> Why:
    """One of the four numbers of an award, or of one of its lines; in money without a commodity.

    Committed is the other three. In flight is its open holds. Free and settled are their postings,
    the newest first; what is settled goes down to usage records, from entries with many of them
    through the entry itself. At most seven queries.

    Raises:
        NotFound: there is no such award, line, number or commodity, or the actor may not know.

    """
    award = award_of(award_code, actor)
    if number not in NUMBERS:
        raise NotFound(kind="number", key=number)
    lines = _lines(award_code, line)
    commodity = _commodity(award, lines, commodity)
    facts = {"award": award_code, "number": number, "line": line, "commodity": commodity}
    window = window or chain.Window()
    if number == "committed":
        return _committed(facts, lines, award)
    if number == "in-flight":
        return _in_flight(facts, lines, window)
    return _posted(facts, lines, _PARTS[number], award, window)


def _lines(award_code: str, line: str) -> list[BookLine]:
    found = BookLine.objects.filter(award_code=award_code)
    lines = list(found.filter(code=line) if line else found)
    if not lines:
        raise NotFound(kind="line", key=line or award_code)
    return lines


def _commodity(award: Award, lines: Sequence[BookLine], given: str) -> str:
    """The commodity asked for; a device model stands for its time."""
    if not given or given == award.programme.currency:
        return award.programme.currency
    model = device_model_of(given) or given
    if all(line.device_model != model for line in lines):
        raise NotFound(kind="commodity", key=given)
    return f"{model}·s"


def _committed(facts: dict[str, Any], lines: Sequence[BookLine], award: Award) -> Why:
    """The three other numbers, read at once so that they belong together."""
    commodity = facts["commodity"]
    standing = Balance.objects.filter(line__in=lines, commodity=commodity).order_by()
    sums = dict(standing.values_list("part").annotate(Sum("amount")))
    parts = tuple(
        Why(WhyCode.BALANCE, commodity, sums.get(part.value, 0), facts | {"number": name})
        for name, part in _PARTS.items()
    )
    total = sum(part.amount for part in parts)
    return Why(WhyCode.BALANCE, commodity, total, facts, parts, tuple(_promise(award)), len(parts))


def _in_flight(facts: dict[str, Any], lines: Sequence[BookLine], window: chain.Window) -> Why:
    commodity = facts["commodity"]
    field = "time_s" if device_model_of(commodity) else "subsidy_minor"
    found = Hold.objects.filter(line__in=lines, state=HoldState.OPEN.value)
    if device_model_of(commodity):
        found = found.filter(line__device_model=device_model_of(commodity))
    rows = found.annotate(amount=F(field)).select_related("line", "made_by_entry")
    holds, amount, count = _page(rows.order_by("-amount", "pk"), window)
    parts = [
        Why(
            WhyCode.HOLD,
            commodity,
            hold.amount,
            {"hold": hold.key, "made_at": hold.made_at, "expires_at": hold.expires_at},
            grounds=tuple(entry_grounds(hold.made_by_entry)),
        )
        for hold in holds
    ]
    return paged(
        WhyCode.BALANCE,
        unit=commodity,
        amount=amount,
        facts=facts,
        parts=parts,
        count=count,
        window=window,
    )


def _posted(
    facts: dict[str, Any],
    lines: Sequence[BookLine],
    part: Part,
    award: Award,
    window: chain.Window,
) -> Why:
    commodity = facts["commodity"]
    accounts = [line_account(line.code, part) for line in lines]
    rows = Posting.objects.filter(account__in=accounts, commodity=commodity)
    # What stands is kept beside the postings and read with them, so that both are of one moment.
    standing = Balance.objects.filter(
        programme_code=award.programme.code, account__in=accounts, commodity=commodity
    )
    overrun = [line_account(line.code, Part.OVERRUN) for line in lines]
    beyond = Balance.objects.filter(
        programme_code=award.programme.code, account__in=overrun, commodity=commodity
    )
    page = rows.select_related("entry").order_by("-entry_id")
    page = page.annotate(standing=_sum_of(standing), beyond=_sum_of(beyond))
    postings = list(page[window.slice])
    count = rows.count()
    # Before anything is used there is neither a posting nor a balance.
    amount = int(
        postings[0].standing
        if postings
        else standing.aggregate(sum=Sum("amount", default=0))["sum"]
    )
    grounds = list(_promise(award))
    if part is Part.USED and postings and postings[0].beyond:
        over = {"commodity": commodity, "amount": int(postings[0].beyond)}
        grounds.append(Ground(GroundKind.BEYOND, over))
    uses = uses_of(posting.entry for posting in postings) if part is Part.USED else {}
    return paged(
        WhyCode.BALANCE,
        unit=commodity,
        amount=amount,
        facts=facts,
        parts=[entry_of_posting(posting, uses.get(posting.entry_id, ())) for posting in postings],
        count=count,
        window=window,
        grounds=grounds,
    )


def _sum_of(balances: QuerySet[Balance]) -> Subquery:
    """What balances of one commodity come to, read with the rows that it stands beside."""
    sums = balances.order_by().values("commodity").annotate(sum=Sum("amount"))
    return Subquery(sums.values("sum"))


def _page(rows: QuerySet[Any], window: chain.Window) -> tuple[list[Any], int, int]:
    """A page of holds, and sum and number of all that are open, as of one moment."""
    whole = rows.annotate(
        sum_of_all=Coalesce(Window(Sum("amount")), 0), count_of_all=Window(Count("pk"))
    )
    page = list(whole[window.slice])
    if page:
        return page, int(page[0].sum_of_all), page[0].count_of_all
    sums = rows.order_by().aggregate(amount_of_all=Sum("amount"), count_of_all=Count("pk"))
    return [], int(sums["amount_of_all"] or 0), sums["count_of_all"]


def _promise(award: Award) -> list[Ground]:
    """The decision and the rules that everything under an award rests on. One query."""
    application, number, version = (
        Award.objects.filter(pk=award.pk)
        .order_by("-agreements__number")
        .values_list("application__code", "agreements__number", "rule_version__number")[0]
    )
    grounds = [
        Ground(GroundKind.DECISION, {"application": application, "award": award.code}),
        Ground(GroundKind.RULES, {"programme": award.programme.code, "number": version}),
    ]
    if number is not None:
        agreement = {"award": award.code, "number": number}
        grounds.append(Ground(GroundKind.AGREEMENT, agreement))
    return grounds
