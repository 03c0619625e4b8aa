"""Why an entry moved what it moved: the charges behind it, or the accounts that it came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from praya.apps.awards.queries import award_of
from praya.apps.books.access import may_read_book
from praya.apps.books.models import BatchRecord, Entry, Posting
from praya.apps.books.models import Line as BookLine
from praya.apps.books.rules import BATCH_KEY, CREDITED_BEFORE_KEY
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode, paged
from praya.apps.reports.queries.why.charges import (
    charges,
    commodity_amount,
    facts_of,
    ground_of,
    grounds_of,
)
from praya.apps.usage.models import Charge
from praya.apps.usage.queries.charged import is_charge, usage_keys_of, uses_behind
from praya.core.actor import Actor
from praya.core.ledger import Part
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

_SPENT = tuple(f"/{part.value}" for part in (Part.USED, Part.OVERRUN, Part.FREE_USE))


def why_entry(
    programme_code: str,
    number: int,
    actor: Actor,
    *,
    commodity: str = "",
    window: chain.Window | None = None,
) -> Why:
    """What an entry moved of a commodity; of money, if it moved any, where none is named.

    An entry of use goes down to its charges, as many as there are; of another, parts are the
    accounts that it gave to. At most eight queries.

    Raises:
        NotFound: there is no such entry or commodity in it, or the actor may not know of it.

    """
    entry = _entry_seen(programme_code, number, actor)
    postings = list(entry.postings.all())
    commodity = _commodity(postings, commodity)
    window = window or chain.Window()
    here = [posting for posting in postings if posting.commodity == commodity]
    count = uses_behind(entry)
    if count:
        keys = usage_keys_of(entry, window.slice)
        found = charges().filter(usage__key__in=keys).order_by("usage_id")
        parts = [use_of(charge, commodity) for charge in found]
        amount = sum(each.amount for each in here if each.account.endswith(_SPENT))
    else:
        given = sorted((each for each in here if each.amount > 0), key=lambda each: each.account)
        count, amount = len(given), sum(each.amount for each in given)
        parts = [
            Why(WhyCode.ACCOUNT, commodity, each.amount, account_facts(entry, each))
            for each in given[window.slice]
        ]
    return paged(
        WhyCode.ENTRY,
        unit=commodity,
        amount=amount,
        facts=entry_facts(entry, commodity),
        parts=parts,
        count=count,
        window=window,
        grounds=[*entry_grounds(entry), ground_of(entry)],
    )


def entry_of_posting(posting: Posting, uses: Sequence[Charge] = ()) -> Why:
    """One posting; what was used goes down to the usage records of its entry, if they are few."""
    entry = posting.entry
    parts = [use_of(charge, posting.commodity) for charge in uses]
    beyond = posting.amount - sum(part.amount for part in parts)
    if parts and beyond:
        parts.append(Why(WhyCode.OVERRUN, posting.commodity, beyond))
    return Why(
        WhyCode.ENTRY,
        posting.commodity,
        posting.amount,
        entry_facts(entry, posting.commodity),
        tuple(parts),
        tuple(entry_grounds(entry)),
        len(parts),
    )


def uses_of(entries: Iterable[Entry]) -> dict[int, list[Charge]]:
    """The charges of entries of use, by entry, but for those with more than a page. Two queries."""
    by_usage: dict[str, Any] = {}
    batches = []
    for entry in entries:
        if not is_charge(entry):
            continue
        if not entry.key.startswith(BATCH_KEY):
            by_usage |= dict.fromkeys(usage_keys_of(entry), entry.id)
        elif entry.facts["records"] <= chain.LIMIT:
            batches.append(entry.pk)
    records = BatchRecord.objects.filter(entry__in=batches).order_by()
    by_usage |= {record.key: record.entry_id for record in records}
    found: dict[int, list[Charge]] = defaultdict(list)
    for charge in charges().filter(usage__key__in=list(by_usage)).order_by("usage_id"):
        found[by_usage[charge.usage.key]].append(charge)
    return found


def use_of(charge: Charge, commodity: str) -> Why:
    """What a charge took of a commodity."""
    return Why(
        WhyCode.USE,
        commodity,
        commodity_amount(charge, commodity),
        facts_of(charge),
        grounds=tuple(grounds_of(charge)),
    )


def entry_facts(entry: Entry, commodity: str) -> dict[str, Any]:
    """What tells an entry apart."""
    return {
        "programme": entry.programme_code,
        "number": entry.number,
        "kind": entry.kind,
        "at": entry.at,
        "subject": entry.subject,
        "by": entry.by_name,
        "key": entry.key,
        "commodity": commodity,
    }


def account_facts(entry: Entry, posting: Posting) -> dict[str, Any]:
    """Which account a posting is on."""
    return {
        "programme": entry.programme_code,
        "account": posting.account,
        "commodity": posting.commodity,
    }


def entry_grounds(entry: Entry) -> list[Ground]:
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
    if "change" in facts:
        found.append(Ground(GroundKind.CHANGE, {"change": facts["change"]}))
    if "rate_version" in facts:
        rate = {name: facts[name] for name in ("rate", "valid_from", "evidence")}
        rules = {"programme": programme, "number": facts["rate_version"]}
        found += [Ground(GroundKind.RATE, rate), Ground(GroundKind.RULES, rules)]
    if "reverses" in facts:
        reversal = {"programme": programme, "number": facts["reverses"]}
        found.append(Ground(GroundKind.REVERSAL, reversal))
    if "first_on" in facts and "last_on" in facts:
        lease = {name: facts[name] for name in ("first_on", "last_on")}
        found.append(Ground(GroundKind.LEASE, lease))
    if entry.key.startswith(CREDITED_BEFORE_KEY):
        found.append(Ground(GroundKind.CREDITED_BEFORE, {"month": facts["month"]}))
    if facts.get("reason"):
        found.append(Ground(GroundKind.REASON, {"reason": facts["reason"]}))
    return found


def _entry_seen(programme_code: str, number: int, actor: Actor) -> Entry:
    """An entry, for readers of the book; of an award, also for those who see the award."""
    entry = Entry.objects.filter(programme_code=programme_code, number=number).first()
    unknown = NotFound(kind="entry", key=f"{programme_code}#{number}")
    if entry is None:
        raise unknown
    if may_read_book(actor, programme_code):
        return entry
    line = BookLine.objects.filter(programme_code=programme_code, code=entry.subject).first()
    try:
        award_of(line.award_code if line else entry.subject, actor)
    except NotFound:
        raise unknown from None
    return entry


def _commodity(postings: Sequence[Posting], given: str) -> str:
    """The commodity asked for, a device model standing for its time; else money, if any moved."""
    there = {each.commodity for each in postings}
    for one in sorted(there, key=lambda one: bool(device_model_of(one))):
        if not given or given in {one, device_model_of(one)}:
            return one
    raise NotFound(kind="commodity", key=given)
