"""Differences that Praya did not make: the list on a cluster's page, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.clusters.access import check_may_change
from praya.apps.enforcement.commands import adopt_drift, heed_drift, ignore_drift
from praya.apps.enforcement.queries import DriftStanding, Seen, drift_standing, drifts_on
from praya.core.actor import Actor
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.badges import Badge, Link, Tone
from praya.web.cells import cell_html
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.enforcement import STEPS, changed_by, step_sentence
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.enforcement.models import Drift

_STANDS = gettext_lazy("stands")
_LEFT = gettext_lazy("left as it is")
_MENDED = gettext_lazy("mended")


def drift_table(request: HttpRequest, seen: Seen, *, may_change: bool) -> Table:
    """What others have changed on a cluster that the reader sees, the latest first."""
    rows, code = drifts_on(seen.link, hidden=seen.hidden), seen.link.cluster.code
    return Table(
        request,
        name="drift",
        prefix="drift-",
        caption=_("Changed by others"),
        rows=rows,
        columns=(
            Column("account", _("Account"), sort="account"),
            Column("kind", _("What mends it"), lambda row: step_sentence(row.kind), sort="kind"),
            Column("member", _("Member"), sort="member"),
            Column("has", _("Has")),
            Column("wants", _("Wants")),
            Column(
                "changed_by",
                _("Changed by"),
                lambda row: _above(changed_by(row.changed_by), row.changed_at),
                sort="changed_by",
                in_file=lambda row: changed_by(row.changed_by),
            ),
            Column("changed_at", _("Changed at"), only_in_file=True),
            Column("found_at", _("Found at"), sort="found_at"),
            Column(
                "state",
                _("State"),
                lambda row: _above(_state(row), row.reason),
                sort="mended_at",
                in_file=_state,
            ),
            Column("reason", _("Why it may stay"), only_in_file=True),
            *([Column("decide", _("Decide"), lambda row: _link(code, row))] if may_change else ()),
        ),
        search=("account__icontains", "member__icontains", "changed_by__icontains"),
        filters=(
            Filter(
                "stands",
                _("State"),
                [("1", str(_STANDS)), ("0", _("mended or left"))],
                lookup="stands",
            ),
            Filter(
                "kind",
                _("What mends it"),
                [(kind.value, str(words)) for kind, words in STEPS.items()],
                lookup="kind",
            ),
        ),
        sort="-found_at",
        empty=_("Nobody else has changed anything in accounts of awards."),
    )


@signed_in
def cluster_drift(request: HttpRequest, code: str, drift_id: int) -> HttpResponse:
    """One difference: what may be done about it, and why the rest may not."""
    reader, now = actor(request), clock.now()
    check_may_change(reader)
    if request.method == "POST":
        try:
            messages.success(request, str(_act(request, code, drift_id, by=reader, now=now)))
        except Refusal as refusal:
            if refusal.code.startswith("access."):
                raise
            messages.error(request, sentence_for(refusal))
            return redirect("web:cluster-drift", code, drift_id)
        return redirect("web:cluster-held", code)
    standing = drift_standing(code, drift_id, reader, now=now)
    context = {
        "code": code,
        "drift": standing.drift,
        "sentence": step_sentence(standing.drift.kind),
        "state": _state(standing.drift),
        "facts": _facts(standing),
        "may_leave": standing.not_left is None and standing.drift.ignored_at is None,
        "may_adopt": standing.not_adopted is None,
        "not_left": _why_not(standing.not_left),
        "not_adopted": _why_not(standing.not_adopted),
    }
    return TemplateResponse(request, "web/clusters/drift.html", context)


def posted(request: HttpRequest, name: str) -> str:
    """What was written there, without the one character that no database keeps."""
    return request.POST.get(name, "").replace("\0", "")


def _act(
    request: HttpRequest, code: str, drift_id: int, *, by: Actor, now: datetime
) -> Promise | str:
    """Do what was said; the sentence that tells of it."""
    acts: dict[str, Callable[..., Promise | str]] = {"leave": _leave, "adopt": _adopt}
    act = pressed(request, {*acts, "mend"})
    if act in acts:
        reason = posted(request, "reason")
        return acts[act](code=code, drift_id=drift_id, reason=reason, by=by, now=now)
    heed_drift(code=code, drift_id=drift_id, by=by, now=now)
    return _("It is mended in the next round.")


def _leave(*, code: str, drift_id: int, reason: str, by: Actor, now: datetime) -> str:
    ignore_drift(code=code, drift_id=drift_id, reason=reason, by=by, now=now)
    return _("It is left as the cluster has it.")


def _adopt(*, code: str, drift_id: int, reason: str, by: Actor, now: datetime) -> str:
    made = adopt_drift(code=code, drift_id=drift_id, reason=reason, by=by, now=now)
    if made is None:
        return _("Who was let in by hand is a member of the award now.")
    if made.agreed_at is None:
        return _("It is asked. Another operator or a site admin has to agree to it.")
    return _("It counts as wanted from now on.")


def _state(row: Drift) -> Badge:
    if row.ignored_at is not None:
        return Badge(str(_LEFT), Tone.PLAIN)
    if row.mended_at is not None:
        return Badge(str(_MENDED), Tone.GOOD)
    return Badge(str(_STANDS), Tone.WARN)


def _above(first: Badge | str, second: datetime | str | None) -> str:
    """Two facts of a row in one cell, since a list of so many has no room for a column of each."""
    told = [cell_html(one) for one in (first, second) if one]
    return format_html_join(SafeString("<br>"), "{}", ([one] for one in told)) if told else ""


def _link(code: str, row: Drift) -> Link:
    return Link(_("Decide"), reverse("web:cluster-drift", args=[code, row.pk]))


def _facts(standing: DriftStanding) -> list[tuple[str, object]]:
    row = standing.drift
    facts: list[tuple[str, object]] = [
        (_("Account"), row.account),
        (_("Member"), row.member),
        (_("Device model"), row.device_model),
        (_("Has"), row.has),
        (_("Wants"), row.wants),
        (_("Changed by"), changed_by(row.changed_by)),
        (_("Changed at"), row.changed_at),
        (_("Found at"), row.found_at),
        (_("Mended at"), row.mended_at),
        (_("Why it may stay"), row.reason),
    ]
    return [(label, value) for label, value in facts if value]


def _why_not(refusal: Refusal | None) -> str:
    return "" if refusal is None else sentence_for(refusal)
