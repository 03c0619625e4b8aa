"""How awards are held on a cluster: its page, and what operators say there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.apps.clusters.access import may_change_machines
from praya.apps.enforcement.commands import (
    agree_adoption,
    ask_take_over,
    end_adoption,
    give_back,
    look_again,
    start_enforcing,
    stop_enforcing,
)
from praya.apps.enforcement.queries import (
    FoundPartition,
    alive_there,
    found_partitions,
    link_visible_to,
    stale_of,
)
from praya.core.actor import Actor
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.badges import Link
from praya.web.clusters.drift import drift_table, posted
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.aside import aside_words
from praya.words.enforcement import (
    adoption_sentence,
    obstacle_sentence,
    setting_sentence,
    stale_sentence,
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
_GIVEN_BACK = _("It is as it was before, and left alone from now on.")
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
    template, may_change = "web/clusters/held.html", may_change_machines(reader)
    seen = link_visible_to(reader, code)
    link, today = seen.link, timezone.localdate(now)
    drifts = drift_table(request, seen, may_change=may_change)
    if drifts.is_asked_alone:
        return drifts.answer(template)
    context = {
        "seen": seen,
        "link": link,
        "stale": [(stale_sentence(one), one.said) for one in stale_of(link)],
        "cluster": link.cluster,
        "may_change": may_change and link.cluster.closed_at is None,
        "settings": [one | {"sentence": setting_sentence(one["code"])} for one in link.checks],
        "left": [one | {"sentence": step_sentence(one["kind"])} for one in seen.left],
        "obstacles": [one | {"sentence": obstacle_sentence(one["kind"])} for one in seen.obstacles],
        "found": [(one, _take(code, one)) for one in found_partitions(link, day=today)],
        "unheld": [
            (row, Link(alive_there(row).code, reverse("web:cluster-job", args=[code, row.number])))
            for row in seen.unheld
        ],
        "aside": [(row, aside_words(row.why)) for row in seen.set_aside],
        "adoptions": [(row, adoption_sentence(row.kind)) for row in seen.adoptions],
    }
    return drifts.answer(template, context)


def _take(code: str, found: FoundPartition) -> Link | None:
    """Where what was found can be counted in Praya, unless it is already."""
    asked = urlencode({"found": f"{found.name}:{found.device_model}"})
    if found.installed is None:
        return Link(str(_("Take it over")), f"{reverse('web:partition-new', args=[code])}?{asked}")
    if min(found.installed, found.in_service or 0) < found.cards:
        url = reverse("web:capacity-new", args=[code, found.code])
        return Link(str(_("Take the rest over")), f"{url}?{asked}")
    return None


def _act(request: HttpRequest, code: str, *, by: Actor, now: datetime) -> Promise:
    """Do what was said; the sentence that tells of it."""
    said = pressed(request, {*_ACTS, *_SECOND, "give-back", "take-over"}, has_rows=True)
    act, _colon, number = said.partition(":")
    if act in _ACTS:
        command, told = _ACTS[act]
        command(code=code, by=by, now=now)
        return told
    if act in _SECOND:
        command, told = _SECOND[act]
        command(code=code, adoption_id=_number(number), by=by, now=now)
        return told
    if act == "give-back":
        refused = give_back(code=code, adoption_id=_number(number), by=by, now=now)
        if refused:
            some = _("Some of it the cluster refused: %s")
            messages.warning(request, str(some) % "; ".join(one.said for one in refused[:5]))
        return _GIVEN_BACK
    reason, account = posted(request, "reason"), posted(request, "account")
    ask_take_over(code=code, account=account, reason=reason, by=by, now=now)
    return _("It is asked. Another operator or a site admin has to agree to it.")


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and len(given) < _DIGITS else 0
