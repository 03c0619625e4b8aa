"""What would be done on a cluster now, step by step: looked at before awards are held there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from praya.apps.clusters.access import may_change_machines
from praya.apps.enforcement.commands import planned
from praya.apps.enforcement.queries import link_visible_to
from praya.apps.enforcement.rules import Unreachable
from praya.core.execution.limits import Step
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.enforcement import STEPS, obstacle_sentence, step_sentence
from praya.words.refusals import sentence_for


@signed_in
def cluster_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Every step and every obstacle; nothing is changed by looking."""
    reader = actor(request)
    seen = link_visible_to(reader, code)
    try:
        found = planned(code=code, by=reader, now=clock.now())
    except Unreachable as refusal:
        messages.error(request, sentence_for(refusal))
        return redirect("web:cluster-held", code)
    table = _table(request, found.steps)
    context = {
        "link": seen.link,
        "cluster": seen.link.cluster,
        "number": len(found.steps),
        "obstacles": [(one, obstacle_sentence(one.kind.value)) for one in found.obstacles],
        "may_hold": may_change_machines(reader)
        and seen.link.enforced_since is None
        and seen.link.cluster.closed_at is None,
    }
    return table.answer("web/clusters/plan.html", context)


def _table(request: HttpRequest, steps: tuple[Step, ...]) -> Table:
    return Table(
        request,
        name="plan",
        caption=_("What would be done"),
        rows=steps,
        columns=(
            Column("account", _("Account"), sort="account"),
            Column("step", _("Step"), lambda step: step_sentence(step.kind.value)),
            Column("member", _("Member"), sort="member"),
            Column("device_model", _("Device model"), sort="device_model"),
            Column("before", _("Before"), lambda step: _value(step.before)),
            Column("after", _("After"), lambda step: _value(step.after)),
        ),
        search=("account", "member"),
        filters=(
            Filter(
                "kind",
                _("Step"),
                [(kind.value, str(words)) for kind, words in STEPS.items()],
                keeps=lambda step, kind: bool(step.kind.value == kind),
            ),
        ),
        empty=_("Nothing is to be done: all is held."),
    )


def _value(value: int | str | None) -> str:
    return "" if value is None else str(value)
