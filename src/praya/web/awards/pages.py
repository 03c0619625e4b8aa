"""Awards with their four numbers, and every entry behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.awards.commands import resume_award, suspend_award
from praya.apps.awards.queries import (
    AwardStanding,
    LineStanding,
    award_standing,
    awards_visible_to,
    entries_behind,
)
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import four_numbers
from praya.apps.changes.queries import appeal_rule, asked_notices, standing_notices
from praya.apps.enforcement.queries import mapped_accounts, stale, stale_numbers
from praya.apps.enforcement.rules import Asked
from praya.apps.reports.queries.why import NUMBERS
from praya.apps.usage.access import sees_jobs_of
from praya.core.ledger import EntryKind
from praya.core.ledger import FourNumbers as Numbers
from praya.core.quantity import CardTime, Money, device_model_of
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.badges import state_badge
from praya.web.awards.forms import ReasonForm
from praya.web.badges import Confirm, Link
from praya.web.cells import Share
from praya.web.charts import FourNumbers
from praya.web.entries import postings
from praya.web.guards import signed_in
from praya.web.reports.why import balance_url
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.awards import ROLES, STATES
from praya.words.changes import CAUSES, NOTICES
from praya.words.devices import device_names
from praya.words.enforcement import stale_sentence
from praya.words.entries import KINDS, lease_days, postings_text, quantity_of, quantity_text
from praya.words.languages import name_in_readers_language, title_in_readers_language
from praya.words.quantities import card_hours, card_hours_of, percent
from praya.words.refusals import sentence_for


@signed_in
def award_list(request: HttpRequest) -> HttpResponse:
    """The awards the reader may see, each with its four numbers."""
    numbers: dict[str, list[Numbers]] = {}

    def fetch(page: Sequence[Any]) -> None:
        numbers.update(four_numbers(award.code for award in page))

    settled, in_flight = _in_money(numbers, "settled"), _in_money(numbers, "in_flight")
    committed, free = _in_money(numbers, "committed"), _in_money(numbers, "free")

    def used(award: Any) -> Share:  # noqa: ANN401 -- a row of the list
        return Share((settled(award) + in_flight(award)).minor, committed(award).minor)

    table = Table(
        request,
        name="awards",
        caption=_("Awards"),
        rows=awards_visible_to(actor(request)),
        columns=(
            Column("code", _("Award"), lambda row: Link(row.code, _url("award", row)), sort="code"),
            Column("title", _("Title"), title_in_readers_language, sort="title"),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.organisation),
                sort="organisation__name",
            ),
            Column("state", _("State"), lambda row: state_badge(row.state), sort="state"),
            Column("used", _("Used or in flight"), used),
            Column("settled", _("Settled"), settled, only_in_file=True),
            Column("in_flight", _("In flight"), in_flight, only_in_file=True),
            Column("committed", _("Committed"), committed, sort="subsidy_minor", align="end"),
            Column("free", _("Free"), free, align="end"),
            Column(
                "free_time",
                _("Free time"),
                lambda row: "; ".join(card_hours(one) for one in _free_times(numbers[row.code])),
                in_file=lambda row: _with_devices(_free_times(numbers[row.code])),
            ),
            Column("last_on", _("Last day"), sort="last_on"),
        ),
        search=(
            "code__icontains",
            "title__icontains",
            "title_zh__icontains",
            "organisation__name__icontains",
            "organisation__name_zh__icontains",
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                [(state.value, str(words)) for state, words in STATES.items()],
                lookup="state",
            ),
        ),
        sort="-code",
        empty=_(
            "There is no award here yet. One stands here once it is offered to you or your team."
        ),
        prepare=fetch,
    )
    return table.answer("web/awards/list.html")


@signed_in
def award(request: HttpRequest, code: str) -> HttpResponse:
    """One award: its four numbers, lines, agreement and members, and what can be done."""
    standing = award_standing(code, actor(request))
    found = standing.award
    devices = device_names()
    notices = list(standing_notices(found))
    context = {
        "award": found,
        "standing": standing,
        "badge": state_badge(found.state),
        "is_offer": found.state == AwardState.OFFERED.value,
        "is_waiting": found.state == AwardState.WAITING.value,
        "is_active": found.state == AwardState.ACTIVE.value,
        "is_suspended": found.state == AwardState.SUSPENDED.value,
        "is_ended": found.state == AwardState.ENDED.value,
        "notices": [(notice, NOTICES[notice.kind], CAUSES[notice.cause]) for notice in notices],
        "asked": [
            (notice, CAUSES[notice.cause]) for notice in asked_notices(found, actor(request))
        ],
        "may_contest": bool(notices)
        and standing.is_lead
        and appeal_rule(found.programme, clock.now()) is not None,
        "has_free": any(one.free for one in standing.numbers),
        "facts": _facts(standing),
        "stale": [
            (stale_sentence(one), "")
            for one in stale_numbers(standing.numbers, stale(Asked.ACCOUNTS))
        ],
        "numbers": [
            _chart(code, one, f"four-{at}", title_of(one.commodity, devices))
            for at, one in enumerate(standing.numbers)
        ],
        "lines": [_line_row(one, devices) for one in standing.lines],
        "members": [(member, ROLES_BY_VALUE[member.role]) for member in standing.members],
    }
    return TemplateResponse(request, "web/awards/award.html", context)


@signed_in
def entries(request: HttpRequest, code: str) -> HttpResponse:
    """Every entry of the book about an award, with its postings and what it came from."""
    found, rows = entries_behind(code, actor(request))
    sees_jobs = sees_jobs_of(actor(request), found)
    lines = [(line.code, line.code) for line in found.lines.all()]
    table = Table(
        request,
        name="entries",
        caption=_("Entries of %s") % code,
        rows=rows,
        columns=(
            Column("number", _("Entry"), sort="number", align="end"),
            Column("at", _("When"), sort="at"),
            Column("kind", _("What"), lambda row: str(KINDS[EntryKind(row.kind)]), sort="kind"),
            Column("subject", _("Of"), sort="subject"),
            Column("amount", _("Amount"), _moved),
            Column("postings", _("Postings"), postings, in_file=postings_text),
            Column("origin", _("Came from"), lambda row: _origin(row, found, sees_jobs=sees_jobs)),
            Column("by_name", _("By")),
        ),
        search=("key__icontains", "by_name__icontains"),
        filters=(
            Filter("line", _("Line"), lines, lookup="subject"),
            Filter(
                "kind",
                _("What"),
                [(kind.value, str(words)) for kind, words in KINDS.items()],
                "kind",
            ),
        ),
        empty=_("The book knows nothing of this award yet. It is entered once the lead accepts."),
    )
    return table.answer("web/awards/entries.html", {"award": found})


@signed_in
def suspend(request: HttpRequest, code: str) -> HttpResponse:
    """Suspend an award, after asking for the reason."""
    return _turn(
        request,
        code,
        suspend_award,
        title=_("Suspend %s") % code,
        what=_(
            "No new job is admitted until it is resumed. What runs goes on, and the grant stays."
        ),
        done=_("%s is suspended.") % code,
    )


@signed_in
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Resume an award, after asking for the reason."""
    return _turn(
        request,
        code,
        resume_award,
        title=_("Resume %s") % code,
        what=_("Jobs are admitted again."),
        done=_("%s is active again.") % code,
    )


ROLES_BY_VALUE = {role.value: words for role, words in ROLES.items()}


def title_of(commodity: str, devices: Mapping[str, str]) -> str:
    """What a commodity is, as a heading: a device model's time, or money."""
    model = device_model_of(commodity)
    return _("Time on %s") % devices.get(model, model) if model else _("Subsidy in %s") % commodity


def _turn(  # noqa: PLR0913 -- keyword-only words of one question
    request: HttpRequest,
    code: str,
    command: Callable[..., object],
    *,
    title: str,
    what: str,
    done: str,
) -> HttpResponse:
    reader = actor(request)
    standing = award_standing(code, reader)
    if not standing.runs_desk:
        raise NotFound(kind="award", key=code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            command(code=code, reason=form.cleaned_data["reason"], by=reader, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, done)
            return redirect("web:award", code)
    confirm = Confirm(
        title=title,
        what=what,
        button=title,
        cancel_url=reverse("web:award", args=[code]),
        facts=(
            (_("Title"), title_in_readers_language(standing.award)),
            (_("State"), state_badge(standing.award.state)),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _facts(standing: AwardStanding) -> list[tuple[str, object]]:
    award = standing.award
    currency = award.programme.currency
    facts: list[tuple[str, object]] = [
        (_("Organisation"), name_in_readers_language(award.organisation)),
        (_("Lead"), Link(str(award.lead), reverse("web:award-lead", args=[award.code]))),
        (
            _("Runs"),
            _("%(first)s to %(last)s")
            % {"first": _day(award.first_on), "last": _day(award.last_on)},
        ),
        (_("List value"), Money(award.list_minor, currency)),
        (_("Subsidy"), Money(award.subsidy_minor, currency)),
        (_("Subsidy rate"), percent(award.rate_bp)),
        (
            _("Agreement"),
            Link(
                _("Version %s") % standing.agreement.number,
                reverse("web:award-agreement", args=[award.code, standing.agreement.number]),
            ),
        ),
    ]
    facts += [(_("Paid out of"), award.pool)] if award.pool else []
    for cluster, account in mapped_accounts(award):
        facts.append((_("Account on %s") % cluster, account))
    if award.state == AwardState.OFFERED.value:
        facts.append((_("Accept by"), award.accept_by))
    if award.accepted_at:
        facts.append((_("Accepted"), award.accepted_at))
    if award.meet_by and award.started_at:
        facts.append((_("Usable since"), award.started_at))
    if award.ended_at:
        facts.append((_("Ended"), award.ended_at))
    beside = (
        (_("Used beyond the grant, charged"), standing.beside.overrun),
        (_("Free use, not charged"), standing.beside.free_use),
    )
    for title, amounts in beside:
        facts += [(title, quantity_of(*each)) for each in sorted(amounts.items())]
    return facts


def _line_row(one: LineStanding, devices: Mapping[str, str]) -> dict[str, object]:
    line = one.line
    device = devices.get(line.device_model_code, line.device_model_code)
    return {
        "line": line,
        "device": f"{device}, {line.service_class}" if line.service_class else device,
        "time": CardTime(line.card_seconds, line.device_model_code),
        "numbers": [
            {
                "title": title_of(each.commodity, devices),
                "settled": quantity_of(each.commodity, each.settled),
                "in_flight": quantity_of(each.commodity, each.in_flight),
                "committed": quantity_of(each.commodity, each.committed),
                "free": quantity_of(each.commodity, each.free),
            }
            for each in one.numbers
        ],
    }


def _chart(award_code: str, numbers: Numbers, chart_id: str, title: str) -> FourNumbers:
    def of(amount: int) -> Money | CardTime:
        return quantity_of(numbers.commodity, amount)

    return FourNumbers(
        id=chart_id,
        title=title,
        settled=of(numbers.settled),
        in_flight=of(numbers.in_flight),
        free=of(numbers.free),
        committed=of(numbers.committed),
        why={
            name.replace("-", "_"): balance_url(award_code, name, commodity=numbers.commodity)
            for name in NUMBERS
        },
    )


def _in_money(numbers: Mapping[str, list[Numbers]], part: str) -> Callable[[Any], Money]:
    """Reads one of the four numbers in money for a row of the list."""

    def of(award: Any) -> Money:  # noqa: ANN401 -- a row of the list
        standing = [one for one in numbers[award.code] if device_model_of(one.commodity) is None]
        return Money(sum(getattr(one, part) for one in standing), award.programme.currency)

    return of


def _free_times(numbers: Sequence[Numbers]) -> list[CardTime]:
    """Free accelerator time of each device model."""
    found = [quantity_of(one.commodity, one.free) for one in numbers]
    return [one for one in found if isinstance(one, CardTime)]


def _with_devices(times: Sequence[CardTime]) -> str:
    return "; ".join(card_hours_of(one) for one in times)


def _moved(entry: Any) -> str:  # noqa: ANN401 -- a row of books.queries.entries_of
    """What went into accounts, by commodity; as much went out of others."""
    sums: dict[str, int] = {}
    for posting in entry.postings.all():
        if posting.amount > 0:
            sums[posting.commodity] = sums.get(posting.commodity, 0) + posting.amount
    return "; ".join(quantity_text(commodity, amount) for commodity, amount in sums.items())


def _origin(entry: Any, award: Any, *, sees_jobs: bool) -> Link | str:  # noqa: ANN401 -- rows of the book and of awards
    """The job, or the rules and the agreement, that an entry came from."""
    facts = entry.facts
    if "job" in facts:
        job = _("Job %s") % facts["job"]
        return Link(job, reverse("web:job", args=[facts["job"]])) if sees_jobs else job
    if "rule_version" in facts:
        number = facts["rule_version"]
        url = reverse("web:rule-version", args=[award.programme.code, number])
        return Link(_("Rules, version %s") % number, url)
    if "first_on" in facts and "last_on" in facts:
        return lease_days(facts)
    return str(facts.get("reason", ""))


def _url(name: str, award: Any) -> str:  # noqa: ANN401 -- a row of the list
    return reverse(f"web:{name}", args=[award.code])


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
