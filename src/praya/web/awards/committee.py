"""The committee's pages: rounds, a ranked round beside its envelope, and the release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.awards.access import may_release
from praya.apps.awards.commands import release_decision, release_round
from praya.apps.awards.queries import (
    RankedCase,
    Ranking,
    Worth,
    decision_to_release,
    ranking,
    rounds_to_decide,
)
from praya.apps.awards.rules import Outcome
from praya.apps.forecasts.access import may_ask_about_rounds
from praya.apps.forecasts.queries.forecasts import latest_of_round
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.badges import outcome_badge
from praya.web.badges import Badge, Confirm, Link, Tone
from praya.web.cells import cell_html
from praya.web.guards import signed_in
from praya.web.reviews.badges import result_badge
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.awards import OUTCOMES_IN_SHORT
from praya.words.languages import (
    in_readers_language,
    name_in_readers_language,
    title_in_readers_language,
)
from praya.words.quantities import card_hours_of, number
from praya.words.refusals import sentence_for
from praya.words.reviews import in_percent


@signed_in
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of the reader's programmes, with what waits in each."""
    table = Table(
        request,
        name="rounds",
        caption=_("Rounds"),
        rows=rounds_to_decide(actor(request)),
        columns=(
            Column("code", _("Round"), lambda row: Link(row.code, _round_url(row)), sort="code"),
            Column(
                "programme", _("Programme"), lambda row: in_readers_language(row.programme.name)
            ),
            Column("call_code", _("Call"), sort="call_code"),
            Column("to_decide", _("To decide"), sort="to_decide", align="end"),
            Column("held", _("Decided, held"), sort="held", align="end"),
            Column("decide_by", _("Decide by"), sort="decide_by"),
            Column("released_at", _("Released"), sort="released_at"),
        ),
        search=("code__icontains", "call_code__icontains", "programme__code__icontains"),
        empty=_("No round has begun in a programme whose decisions you take or see."),
    )
    return table.answer("web/awards/rounds.html")


@signed_in
def round_page(request: HttpRequest, code: str, round_id: int) -> HttpResponse:
    """A round's cases, ranked, with every amount that was said of them and where money ends."""
    found = _ranking(request, code, round_id)
    table = Table(
        request,
        name="ranking",
        caption=_("Cases of the round, ranked"),
        rows=found.cases,
        columns=_columns(),
        search=("application",),
        filters=(
            Filter(
                "money", _("Money"), _places(), keeps=lambda row, place: _money_key(row) == place
            ),
            Filter("outcome", _("Decision"), _outcomes(), keeps=_has_outcome),
        ),
        sort="rank",
        empty=_("No case of this round has reached the committee yet."),
    )
    context = {
        "ranking": found,
        "programme": found.round.programme,
        "facts": _envelope(found),
        "line": _funding_line(found),
        "forecast": latest_of_round(round_id, actor(request)),
        "may_ask": found.round.released_at is None and may_ask_about_rounds(actor(request), code),
    }
    return table.answer("web/awards/round.html", context)


@signed_in
def release(request: HttpRequest, code: str, round_id: int) -> HttpResponse:
    """Release the held decisions of a round, after asking."""
    found = _ranking(request, code, round_id)
    if not may_release(actor(request), code):
        raise NotAllowed(action="award.release", needs="officer")
    back = reverse("web:committee-round", args=[code, round_id])
    if request.method == "POST":
        try:
            released = release_round(round_id=round_id, by=actor(request), now=clock.now())
        except Refusal as refusal:
            messages.error(request, sentence_for(refusal))
        else:
            messages.success(
                request,
                ngettext(
                    "%s decision is released, and the lead has been told.",
                    "%s decisions are released, and the leads have been told.",
                    len(released),
                )
                % number(len(released)),
            )
        return redirect(back)
    confirm = Confirm(
        title=_("Release round %s") % found.round.code,
        what=_(
            "Every held decision becomes known: awards are offered, and every lead is told by "
            "mail. Cases not decided yet stay in the round. This cannot be taken back."
        ),
        button=_("Release the round"),
        cancel_url=back,
        facts=(
            (_("Decisions held"), found.held),
            (_("Of these, decided by you"), found.held_by_actor),
            (_("Pool, free in the book"), found.envelope.free),
            (_("Promised"), found.envelope.promised),
            (_("Left once all is accepted"), found.envelope.left),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


@signed_in
def release_one(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Release one held decision by itself, after asking."""
    decision = decision_to_release(decision_id, actor(request))
    code = decision.application.code
    back = reverse("web:decide", args=[code])
    if request.method == "POST":
        try:
            release_decision(decision_id=decision_id, by=actor(request), now=clock.now())
        except Refusal as refusal:
            messages.error(request, sentence_for(refusal))
        else:
            messages.success(request, _("The decision on %s is released.") % code)
        return redirect(back)
    confirm = Confirm(
        title=_("Release the decision on %s") % code,
        what=_("It becomes known, and the lead is told by mail. This cannot be taken back."),
        button=_("Release the decision"),
        cancel_url=back,
        facts=(
            (_("Outcome"), outcome_badge(decision.outcome)),
            (_("Decided by"), decision.decided_by),
            (_("Decided"), decision.decided_at),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


def money_badge(case: RankedCase) -> Badge:
    """Whether the case stands above the funding line."""
    key = _money_key(case)
    if key == "done":
        return Badge(_("Released"), Tone.PLAIN)
    if key == "within":
        return Badge(_("Above the funding line"), Tone.GOOD)
    return Badge(_("Below the funding line"), Tone.WARN)


def _columns() -> tuple[Column, ...]:
    def subsidy(name: str) -> Callable[[RankedCase], Money | None]:
        def of(row: RankedCase) -> Money | None:
            worth: Worth | None = getattr(row, name)
            return None if worth is None else worth.subsidy

        return of

    def time(name: str) -> Callable[[RankedCase], str]:
        return lambda row: times_of(getattr(row, name))

    said = (
        ("requested", _("Requested")),
        ("recommended", _("Recommended")),
        ("proposed", _("Proposed")),
        ("decided", _("Decided")),
    )
    amounts = [Column(name, label, subsidy(name), align="end") for name, label in said]
    times = [
        Column(f"{name}_time", _("%s, time") % label, time(name), only_in_file=True)
        for name, label in said
    ]
    return (
        Column("rank", _("Rank"), sort="rank", align="end"),
        Column("application", _("Case"), _case, in_file=lambda row: row.application.code),
        Column("title", _("Title"), _title, only_in_file=True),
        Column("organisation", _("Organisation"), _organisation, only_in_file=True),
        Column("mark", _("Mark"), _mark, align="end"),
        Column("result", _("Reviews"), _result),
        Column("money", _("Money"), money_badge),
        Column("decision", _("Decision"), _decision),
        *amounts,
        *times,
    )


def _mark(row: RankedCase) -> str:
    return in_percent(row.result.mark if row.result else None)


def times_of(worth: Worth | None) -> str:
    """The accelerator time of each device model."""
    return "" if worth is None else "; ".join(card_hours_of(one) for one in worth.times)


def _case(row: RankedCase) -> SafeString:
    """The case in one cell, so that its amounts have room beside it."""
    link = Link(row.application.code, reverse("web:decide", args=[row.application.code]))
    return format_html(
        '{}<br>{}<br><span class="quiet">{}</span>',
        cell_html(link),
        _title(row),
        _organisation(row),
    )


def _title(row: RankedCase) -> str:
    return title_in_readers_language(row.application)


def _organisation(row: RankedCase) -> str:
    return name_in_readers_language(row.application.organisation)


def _result(row: RankedCase) -> Badge:
    if row.result is None:
        return Badge(_("You take no part"), Tone.PLAIN)
    return result_badge(row.result)


def _decision(row: RankedCase) -> Badge | None:
    return None if row.decision is None else outcome_badge(row.decision.outcome)


def _money_key(row: RankedCase) -> str:
    if row.is_released:
        return "done"
    return "within" if row.is_within_money else "beyond"


def _places() -> list[tuple[str, str]]:
    return [
        ("within", _("Above the funding line")),
        ("beyond", _("Below the funding line")),
        ("done", _("Released")),
    ]


def _outcomes() -> list[tuple[str, str]]:
    known = [(outcome.value, str(words)) for outcome, words in OUTCOMES_IN_SHORT.items()]
    return [("none", _("Not decided")), *known]


def _has_outcome(row: RankedCase, chosen: str) -> bool:
    if chosen == "none":
        return row.takes_part and row.decision is None
    return row.decision is not None and Outcome(row.decision.outcome).value == chosen


def _envelope(found: Ranking) -> list[tuple[str, object]]:
    envelope = found.envelope
    return [
        (_("Pool"), envelope.pool),
        (_("Funded"), envelope.funded),
        (_("Committed to awards"), envelope.committed),
        (_("Free in the book"), envelope.free),
        (_("Promised, not accepted yet"), envelope.promised),
        (_("Left for this round"), found.free),
        (_("This round as it stands"), found.likely),
        (_("Would remain"), found.remains),
    ]


def _funding_line(found: Ranking) -> str:
    cases = len(found.cases)
    if not cases:
        return ""
    if found.funded_cases == cases:
        return _(
            "The money reaches every case of the round; the funding line falls after the last."
        )
    if not found.funded_cases:
        return _("The money reaches no case of the round; the funding line falls before the first.")
    return _("The money reaches to rank %(rank)s; the funding line falls after it.") % {
        "rank": number(found.funded_cases)
    }


def _ranking(request: HttpRequest, code: str, round_id: int) -> Ranking:
    found = ranking(round_id, actor(request), clock.now())
    if found.round.programme.code != code:
        raise NotFound(kind="round", key=f"{code}/{round_id}")
    return found


def _round_url(round_: Any) -> str:  # noqa: ANN401 -- a row of the list
    return reverse("web:committee-round", args=[round_.programme.code, round_.pk])
