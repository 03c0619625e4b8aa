"""How awards are held on a cluster: its page, and what operators say there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.apps.clusters.access import may_change_machines
from praya.apps.enforcement.commands import (
    adopt_drift,
    agree_adoption,
    ask_take_over,
    end_adoption,
    heed_drift,
    ignore_drift,
    look_again,
    start_enforcing,
    stop_enforcing,
)
from praya.apps.enforcement.queries import link_visible_to
from praya.core.actor import Actor
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.enforcement import (
    adoption_sentence,
    obstacle_sentence,
    setting_sentence,
    step_sentence,
)
from praya.words.refusals import sentence_for

_ACTS: dict[str, tuple[Callable[..., object], Promise]] = {
    "check": (look_again, _("The cluster was looked at again.")),
    "enforce": (start_enforcing, _("Awards are held on this cluster from now on.")),
    "leave": (stop_enforcing, _("The cluster is left as it is. Nothing was taken back there.")),
}


_SECOND: dict[str, tuple[Callable[..., object], Promise]] = {
    "agree": (agree_adoption, _("It counts from now on.")),
    "drop": (end_adoption, _("It is taken back; the next round mends it.")),
}
_DIGITS = 16  # more is no row's number


@signed_in
def cluster_held(request: HttpRequest, code: str) -> HttpResponse:
    """Show settings, what is left to do, drift and what was set aside; take what is said there."""
    reader, now = actor(request), clock.now()
    if request.method == "POST":
        try:
            messages.success(request, str(_act(request, code, by=reader, now=now)))
        except Refusal as refusal:
            if refusal.code.startswith("access."):
                raise
            messages.error(request, sentence_for(refusal))
        return redirect("web:cluster-held", code)
    seen = link_visible_to(reader, code)
    link = seen.link
    context = {
        "seen": seen,
        "link": link,
        "cluster": link.cluster,
        "may_change": may_change_machines(reader) and link.cluster.closed_at is None,
        "settings": [one | {"sentence": setting_sentence(one["code"])} for one in link.checks],
        "left": [one | {"sentence": step_sentence(one["kind"])} for one in link.left],
        "obstacles": [one | {"sentence": obstacle_sentence(one["kind"])} for one in link.obstacles],
        "adoptions": [(row, adoption_sentence(row.kind)) for row in seen.adoptions],
        "drifts": [(row, step_sentence(row.kind)) for row in seen.drifts],
    }
    return TemplateResponse(request, "web/clusters/held.html", context)


def _act(request: HttpRequest, code: str, *, by: Actor, now: datetime) -> Promise:
    """Do what was said; the sentence that tells of it."""
    act, _colon, number = request.POST.get("act", "").partition(":")
    if act in _ACTS:
        command, told = _ACTS[act]
        command(code=code, by=by, now=now)
        return told
    drift_id = int(number) if number.isdecimal() and len(number) < _DIGITS else 0
    if act in _SECOND:
        command, told = _SECOND[act]
        command(code=code, adoption_id=drift_id, by=by, now=now)
        return told
    if act in {"adopt", "take-over"}:
        return _take_over(request, code, drift_id, by=by, now=now)
    if act == "ignore":
        reason = request.POST.get("reason", "")
        ignore_drift(code=code, drift_id=drift_id, reason=reason, by=by, now=now)
        return _("It is left as the cluster has it.")
    heed_drift(code=code, drift_id=drift_id, by=by, now=now)
    return _("It is mended in the next round.")


def _take_over(
    request: HttpRequest, code: str, drift_id: int, *, by: Actor, now: datetime
) -> Promise:
    """Take over a difference, or ask for an account; the sentence that tells of it."""
    reason, account = request.POST.get("reason", ""), request.POST.get("account", "")
    if account:
        ask_take_over(code=code, account=account, reason=reason, by=by, now=now)
        return _("It is asked. Another operator or a site admin has to agree to it.")
    made = adopt_drift(code=code, drift_id=drift_id, reason=reason, by=by, now=now)
    if made is None:
        return _("Who was let in by hand is a member of the award now.")
    if made.agreed_at is None:
        return _("It is asked. Another operator or a site admin has to agree to it.")
    return _("It counts as wanted from now on.")
