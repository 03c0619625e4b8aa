"""Appeals: a lead contests a decision, somebody who did not take it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.changes.commands import (
    make_appeal,
    reject_appeal,
    uphold_appeal,
    withdraw_appeal,
)
from praya.apps.changes.queries import (
    appeal_rule,
    appeal_standing,
    appeals_against,
    appeals_visible_to,
    contested_by,
    thing_named,
    thing_of,
)
from praya.apps.changes.rules.appealing import (
    Against,
    AppealState,
    Ground,
    NoAppeal,
    NothingContested,
    TooLate,
)
from praya.apps.programmes.queries import today_in
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.badges import Badge, Confirm, Link, Tone
from praya.web.changes.forms import AppealForm, DecideForm
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.appeals import AGAINST, APPEAL_STATES, GROUNDS, contested_words
from praya.words.cases import title_of
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from datetime import datetime

    from praya.apps.changes.queries import Thing

_TONES = {
    AppealState.OPEN: Tone.ACTIVE,
    AppealState.UPHELD: Tone.GOOD,
    AppealState.REJECTED: Tone.BAD,
    AppealState.WITHDRAWN: Tone.PLAIN,
}


@signed_in
def appeal_list(request: HttpRequest) -> HttpResponse:
    """Every appeal that the reader may see, the newest first."""
    table = Table(
        request,
        name="appeals",
        caption=_("Appeals"),
        rows=appeals_visible_to(actor(request)),
        columns=(
            Column(
                "application",
                _("Case"),
                lambda row: Link(row.application.code, reverse("web:appeal", args=[row.pk])),
                sort="application__code",
            ),
            Column("title", _("Title"), lambda row: title_of(row.application)),
            Column("against", _("Against"), lambda row: str(AGAINST[row.against]), sort="against"),
            Column("state", _("State"), lambda row: appeal_badge(row.state), sort="state"),
            Column("made_at", _("Made at"), sort="made_at"),
            Column("due_on", _("To be answered by"), sort="due_on"),
            Column("answered_at", _("Answered at"), sort="answered_at"),
        ),
        search=("application__code__icontains", "application__title__icontains"),
        filters=(
            Filter(
                "state",
                _("State"),
                [(key, str(word)) for key, word in APPEAL_STATES.items()],
                "state",
            ),
        ),
        sort="-made_at",
        empty=_("Nothing was contested. A lead does so from the page of what was decided."),
    )
    return table.answer("web/changes/appeals.html")


@signed_in
def make(request: HttpRequest, against: str, key: str) -> HttpResponse:
    """Contest a decision: until when, on what ground, and why."""
    if against not in set(Against):
        raise Http404
    reader, now = actor(request), clock.now()
    thing = thing_named(Against(against), key, reader)
    if thing.lead_id != reader.person_id:
        raise NotFound(kind=against, key=key)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal = make_appeal(
                against=thing.against,
                key=key,
                ground=Ground(form.cleaned_data["ground"]),
                text=form.cleaned_data["text"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.info(request, _("Your appeal is made; those who may answer are told."))
            return redirect("web:appeal", appeal.pk)
    facts, is_open = _contest_facts(thing, now)
    confirm = Confirm(
        title=_("Contest a decision"),
        what=_(
            "Somebody who did not take the decision reads what you write and answers. Until then "
            "everything stays as it is."
        ),
        button=_("Make the appeal"),
        cancel_url=_page_of(thing),
        facts=tuple(facts),
        is_open=is_open or bool(request.POST),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


_ACTS = {"uphold": uphold_appeal, "reject": reject_appeal}


@signed_in
def appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal: what it says, and its answer."""
    reader, now = actor(request), clock.now()
    standing = appeal_standing(appeal_id, reader, now)
    act = pressed(request, {*_ACTS, "withdraw"})
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if act in _ACTS:
                reason = form.cleaned_data["reason"]
                _ACTS[act](appeal_id=appeal_id, reason=reason, by=reader, now=now)
            else:
                withdraw_appeal(appeal_id=appeal_id, by=reader, now=now)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Done. The case shows it, and its lead is told."))
            return redirect("web:appeal", appeal_id)
    found = standing.appeal
    context = {
        "appeal": found,
        "badge": appeal_badge(found.state),
        "facts": _facts(found),
        "answer": _answer_facts(found),
        "form": form,
        "may_answer": standing.may_answer,
        "may_withdraw": standing.may_withdraw,
    }
    return TemplateResponse(request, "web/changes/appeal.html", context)


def appeal_badge(state: str) -> Badge:
    """Where an appeal stands."""
    return Badge(str(APPEAL_STATES[state]), _TONES[AppealState(state)])


def _contest_facts(thing: Thing, now: datetime) -> tuple[list[tuple[str, object]], bool]:
    """What is contested and until when, or what stands in its way; and whether it still may be."""
    programme = thing.application.programme
    facts: list[tuple[str, object]] = [(_("What you contest"), contested_words(thing))]
    found = contested_by(thing, now)
    if found is None:
        has_rule = appeal_rule(programme, now) is not None
        refusal = NothingContested(against=thing.against.value, key="") if has_rule else NoAppeal()
        return [*facts, (_("In its way"), sentence_for(refusal))], False
    facts += [(_("Told at"), found.told_at), (_("It can be contested until"), found.until)]
    known = appeals_against(found.key).first()
    if known is not None:
        link = Link(str(APPEAL_STATES[known.state]), reverse("web:appeal", args=[known.pk]))
        return [*facts, (_("It was contested; that appeal stands at"), link)], False
    if today_in(programme, now) > found.until:
        return [*facts, (_("In its way"), sentence_for(TooLate(until=found.until)))], False
    return facts, True


def _facts(found: Any) -> list[tuple[str, object]]:  # noqa: ANN401 -- an Appeal
    thing, code = thing_of(found), found.application.code
    return [
        (_("Against"), Link(contested_words(thing), _page_of(thing))),
        (
            _("Case"),
            Link(code, reverse("web:case", args=[code])),
        ),
        (_("Title"), title_of(found.application)),
        (_("Decided by"), found.decided_by),
        (_("Told at"), found.decided_at),
        (_("Ground"), str(GROUNDS[found.ground])),
        (_("Made by"), found.made_by),
        (_("Made at"), found.made_at),
        (_("To be answered by"), date_format(found.due_on, "DATE_FORMAT")),
    ]


def _answer_facts(found: Any) -> list[tuple[str, object]]:  # noqa: ANN401 -- an Appeal
    if found.answered_by is None:
        return []
    return [
        (_("Answered by"), found.answered_by),
        (_("Answered at"), found.answered_at),
        (_("In their words"), found.answer),
    ]


def _page_of(thing: Thing) -> str:
    if thing.change is not None:
        return reverse("web:change", args=[thing.change.pk])
    if thing.notice is not None:
        return reverse("web:award", args=[thing.notice.award.code])
    return reverse("web:case", args=[thing.application.code])
