"""Why one of an award's four numbers is as it is: every posting behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal, get_args

from django.db.models import Count, F, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.books.models import Balance, Entry, Hold, Posting
from praya.apps.books.models import Line as BookLine
from praya.apps.books.rules import HoldState
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode, paged
from praya.apps.reports.queries.why.charges import (
    charges,
    commodity_amount,
    grounds_of,
)
from praya.apps.reports.queries.why.charges import facts_of as facts_of_charge
from praya.apps.usage.models import Charge
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Part, line_account
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

Number = Literal["settled", "in-flight", "committed", "free"]
NUMBERS: tuple[str, ...] = get_args(Number)
_PARTS = {"settled": Part.USED, "in-flight": Part.IN_FLIGHT, "free": Part.FREE}
_USES = {EntryKind.SETTLE.value, EntryKind.CHARGE.value, EntryKind.UNCHARGE.value}


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
    the newest first; what is settled goes down to usage records. At most seven queries.

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
            grounds=tuple(_grounds(hold.made_by_entry)),
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
    sums = standing.order_by().values("commodity").annotate(sum=Sum("amount")).values("sum")
    page = rows.select_related("entry").annotate(standing=Subquery(sums)).order_by("-entry_id")
    postings = list(page[window.slice])
    count = rows.count()
    amount = int(postings[0].standing if postings else standing.aggregate(n=Sum("amount"))["n"])
    uses = _uses([posting.entry for posting in postings], award) if part is Part.USED else {}
    return paged(
        WhyCode.BALANCE,
        unit=commodity,
        amount=amount,
        facts=facts,
        parts=[_entry(posting, uses.get(posting.entry_id, ())) for posting in postings],
        count=count,
        window=window,
        grounds=list(_promise(award)),
    )


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


def _entry(posting: Posting, uses: Sequence[Charge]) -> Why:
    """One posting; what was used goes down to the usage records of its entry."""
    entry = posting.entry
    parts = [
        Why(
            WhyCode.USE,
            posting.commodity,
            commodity_amount(charge, posting.commodity),
            facts_of_charge(charge),
            grounds=tuple(grounds_of(charge)),
        )
        for charge in uses
    ]
    beyond = posting.amount - sum(part.amount for part in parts)
    if parts and beyond:
        parts.append(Why(WhyCode.OVERRUN, posting.commodity, beyond))
    facts = {
        "programme": entry.programme_code,
        "number": entry.number,
        "kind": entry.kind,
        "at": entry.at,
        "subject": entry.subject,
        "by": entry.by_name,
        "key": entry.key,
    }
    return Why(
        WhyCode.ENTRY,
        posting.commodity,
        posting.amount,
        facts,
        tuple(parts),
        tuple(_grounds(entry)),
        len(parts),
    )


def _uses(entries: Sequence[Entry], award: Award) -> dict[int, list[Charge]]:
    """The charges of entries that settle or charge, by entry. One query."""
    by_usage = {
        key: entry.pk for entry in entries if entry.kind in _USES for key in _usage_keys(entry)
    }
    found: dict[int, list[Charge]] = defaultdict(list)
    if by_usage:
        rows = charges().filter(award=award, usage__key__in=list(by_usage)).order_by("usage_id")
        for charge in rows:
            found[by_usage[charge.usage.key]].append(charge)
    return found


def _usage_keys(entry: Entry) -> list[str]:
    """The keys of the usage records that an entry charges: a job's own, or a lease's by day."""
    facts = entry.facts
    if "first_on" not in facts or "last_on" not in facts:
        return [entry.key]
    first, last = date.fromisoformat(facts["first_on"]), date.fromisoformat(facts["last_on"])
    days = (last - first).days + 1
    return [f"lease:{entry.subject}:{first + timedelta(days=day)}" for day in range(days)]


def _grounds(entry: Entry) -> list[Ground]:
    """What an entry rests on, as its facts tell."""
    facts, programme = entry.facts, entry.programme_code
    found = []
    if "job" in facts:
        found.append(Ground(GroundKind.JOB, {"job": facts["job"]}))
    if "rule_version" in facts:
        rules = {"programme": programme, "number": facts["rule_version"]}
        found.append(Ground(GroundKind.RULES, rules))
    if "request" in facts:
        request = {"programme": programme, "request": facts["request"]}
        found.append(Ground(GroundKind.FUNDING, request))
    if "reverses" in facts:
        reversal = {"programme": programme, "number": facts["reverses"]}
        found.append(Ground(GroundKind.REVERSAL, reversal))
    if "first_on" in facts and "last_on" in facts:
        lease = {name: facts[name] for name in ("first_on", "last_on")}
        found.append(Ground(GroundKind.LEASE, lease))
    if facts.get("reason"):
        found.append(Ground(GroundKind.REASON, {"reason": facts["reason"]}))
    return found


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
