"""Changes: asked for from the award's page, looked at before, granted and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.changes.access import may_ask
from praya.apps.changes.commands import (
    ask_change,
    grant_change,
    refuse_change,
    undo_change,
    withdraw_change,
)
from praya.apps.changes.queries import (
    borne_by,
    change_as_thing,
    change_standing,
    changes_of,
    changes_visible_to,
    kinds_to_ask,
    may_contest,
    preview_of,
)
from praya.apps.changes.rules import ASKED_BY_LEADS, ChangeKind, ChangeState, Wish
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.awards.badges import state_badge
from praya.web.badges import Link
from praya.web.changes.badges import change_badge
from praya.web.changes.bearing import shown
from praya.web.changes.forms import ChangeForm, DecideForm
from praya.web.changes.shown import (
    plan_facts,
    preview_shown,
    revival_facts,
    wish_facts,
    wish_in_short,
)
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.changes import KINDS, MEANINGS, STATES
from praya.words.devices import device_names
from praya.words.quantities import number
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet


@signed_in
def change_list(request: HttpRequest) -> HttpResponse:
    """Every request for a change that the reader may see, open ones first."""
    rows = changes_visible_to(actor(request))
    return _table(request, rows, device_names()).answer("web/changes/list.html")


@signed_in
def of_award(request: HttpRequest, code: str) -> HttpResponse:
    """The requests about one award, and what its reader may ask for."""
    reader = actor(request)
    award, rows = changes_of(code, reader)
    open_to = kinds_to_ask(award, reader, clock.now())
    context = {
        "award": award,
        "badge": state_badge(award.state),
        "bearings": shown(borne_by(award, reader, clock.now()), reader),
        "kinds": [
            {
                "kind": kind.value,
                "word": KINDS[kind],
                "meaning": MEANINGS[kind],
                "sentence": sentence_for(refusal) if refusal else "",
            }
            for kind, refusal in open_to.items()
        ],
    }
    return _table(request, rows, device_names()).answer("web/changes/of_award.html", context)


@signed_in
def ask(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Fill in a wish, see what it would do, and ask for it."""
    if kind not in set(ChangeKind):
        raise Http404
    wanted = ChangeKind(kind)
    reader, now = actor(request), clock.now()
    award, _rows = changes_of(code, reader)
    if not may_ask(reader, award, wanted):
        raise NotFound(kind="award", key=code)
    devices = device_names()
    preview = preview_of(award, wanted, Wish(), now)
    initial: dict[str, object] = {"debt": request.GET.get("debt", "")}
    form = ChangeForm(request.POST or None, wanted, preview.standing, devices, initial)
    shown: dict[str, Any] | None = None
    if request.POST and form.is_valid():
        preview = preview_of(award, wanted, form.wish, now)
        shown = preview_shown(preview, devices, request)
        if request.method == "POST" and request.POST.get("act") == "ask":
            try:
                change = ask_change(
                    code=code,
                    kind=wanted,
                    wish=form.wish,
                    reason=form.cleaned_data["reason"],
                    by=reader,
                    now=now,
                )
            except Refusal as refusal:
                shown = None
                add_refusal(form, refusal, request)
            else:
                messages.info(request, _("Asked. Somebody else decides; nothing has changed yet."))
                return redirect("web:change", change.pk)
    context = {
        "award": award,
        "form": form,
        "word": KINDS[wanted],
        "meaning": MEANINGS[wanted],
        "preview": shown,
        "is_leads": wanted in ASKED_BY_LEADS,
    }
    return TemplateResponse(request, "web/changes/ask.html", context)


_ACTS = {"grant": grant_change, "refuse": refuse_change, "undo": undo_change}


@signed_in
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One request: what it asks, what it would do now, and what became of it."""
    reader, now = actor(request), clock.now()
    standing = change_standing(change_id, reader, now)
    act = pressed(request, {*_ACTS, "withdraw"})
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if act in _ACTS:
                reason = form.cleaned_data["reason"]
                _ACTS[act](change_id=change_id, reason=reason, by=reader, now=now)
            else:
                withdraw_change(change_id=change_id, by=reader, now=now)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Done. The award, its agreement and the book show it."))
            return redirect("web:change", change_id)
    found = standing.change
    devices, currency = device_names(), found.award.programme.currency
    context = {
        "change": found,
        "badge": change_badge(found.state),
        "word": KINDS[found.kind],
        "facts": [
            (_("Award"), Link(found.award.code, reverse("web:award", args=[found.award.code]))),
            *wish_facts(found.wished, devices, currency),
            (_("Asked by"), found.asked_by),
            (_("Asked at"), found.asked_at),
        ],
        "outcome": _outcome(found, currency),
        "preview": preview_shown(standing.preview, devices, request) if standing.preview else None,
        "form": form,
        "may_decide": standing.may_decide,
        "may_withdraw": standing.may_withdraw,
        "may_contest": may_contest(change_as_thing(found), reader, now),
        "may_undo": standing.may_undo,
        "undoing": revival_facts(standing.revival, request) if standing.revival else [],
    }
    return TemplateResponse(request, "web/changes/change.html", context)


def _outcome(found: Any, currency: str) -> list[tuple[str, object]]:  # noqa: ANN401 -- a Change
    if found.state == ChangeState.ASKED.value:
        return []
    code = found.award.code
    facts: list[tuple[str, object]] = [
        (_("Decided by"), found.decided_by),
        (_("Decided at"), found.decided_at),
    ]
    if found.decided_reason:
        facts.append((_("In their words"), found.decided_reason))
    if found.state == ChangeState.GRANTED.value:
        facts += plan_facts(found.facts, currency)
    if found.agreement:
        version = found.agreement.number
        url = reverse("web:award-agreement", args=[code, version])
        facts.append((_("Agreement"), Link(_("Version %s") % number(version), url)))
    if found.entries:
        numbers = ", ".join(number(one) for one in found.entries)
        url = reverse("web:award-entries", args=[code])
        facts.append((_("Entries in the book"), Link(numbers, url)))
    if found.offered:
        url = reverse("web:award", args=[found.offered.code])
        facts.append((_("Offered as"), Link(found.offered.code, url)))
    return facts


def _table(request: HttpRequest, rows: QuerySet[Any], devices: Mapping[str, str]) -> Table:
    def asked(row: Any) -> str:  # noqa: ANN401 -- a row of the list
        return wish_in_short(row.wished, devices, row.award.programme.currency)

    return Table(
        request,
        name="changes",
        caption=_("Requests for changes"),
        rows=rows,
        columns=(
            Column(
                "kind",
                _("Change"),
                lambda row: Link(str(KINDS[row.kind]), reverse("web:change", args=[row.pk])),
                sort="kind",
            ),
            Column(
                "award",
                _("Award"),
                lambda row: Link(row.award.code, reverse("web:award", args=[row.award.code])),
                sort="award__code",
            ),
            Column("asked", _("Asked for"), asked),
            Column("state", _("State"), lambda row: change_badge(row.state), sort="state"),
            Column("asked_by", _("Asked by"), lambda row: str(row.asked_by)),
            Column("asked_at", _("Asked at"), sort="asked_at"),
            Column("decided_at", _("Decided at"), sort="decided_at"),
        ),
        fields=(
            "kind",
            "state",
            "wish",
            "asked_at",
            "decided_at",
            "award__code",
            "award__programme__currency",
            *(f"asked_by__{name}" for name in ("name", "name_zh", "email")),
        ),
        search=(
            "award__code__icontains",
            "reason__icontains",
            *(f"asked_by__{name}__icontains" for name in ("name", "name_zh")),
        ),
        filters=(
            Filter("state", _("State"), [(k, str(word)) for k, word in STATES.items()], "state"),
            Filter("kind", _("Change"), [(k, str(word)) for k, word in KINDS.items()], "kind"),
        ),
        sort="-asked_at",
        empty=_("Nobody has asked for a change yet. A lead asks from the page of an award."),
    )
