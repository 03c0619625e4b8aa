"""A cluster's own sums beside what was charged, day by day and job by job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.clusters.access import may_change_machines
from praya.apps.enforcement.commands import compare_again
from praya.apps.enforcement.queries import stale_of
from praya.apps.enforcement.queries.comparing import completeness_visible_to, reasons_of
from praya.core.execution.completeness import ReasonKind
from praya.core.quantity import CardTime
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Tone
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock, quantities
from praya.words.aside import aside_words
from praya.words.completeness import REASONS, reason_sentence, reasons_text
from praya.words.enforcement import stale_sentence
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.enforcement.queries.comparing import Completeness


@signed_in
def cluster_completeness(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was compared last; compare again when an operator says so."""
    reader, now = actor(request), clock.now()
    if request.method == "POST":
        first_on, last_on = (_day(request.POST.get(name, "")) for name in ("from", "to"))
        try:
            done = compare_again(code=code, first_on=first_on, last_on=last_on, by=reader, now=now)
            messages.success(request, _told(done.days, done.to_look_at))
        except Refusal as refusal:
            if refusal.code.startswith("access."):
                raise
            messages.error(request, sentence_for(refusal))
            return redirect("web:cluster-completeness", code)
        here = reverse("web:cluster-completeness", args=[code])
        days = {"from": first_on or "", "to": last_on or ""}
        return redirect(f"{here}?{urlencode(days)}")
    try:
        seen = completeness_visible_to(
            reader,
            code,
            now=now,
            first_on=_day(request.GET.get("from", "")),
            last_on=_day(request.GET.get("to", "")),
        )
    except Refusal as refusal:
        if refusal.code != "enforcement.days_unfit":
            raise
        messages.error(request, sentence_for(refusal))
        return redirect("web:cluster-completeness", code)
    jobs = _jobs_table(request, seen)
    if jobs.is_asked_alone:
        return jobs.answer("web/clusters/completeness.html")
    context = {
        "seen": seen,
        "stale": [(stale_sentence(one), one.said) for one in stale_of(seen.link)],
        "cluster": seen.link.cluster,
        "jobs": jobs,
        "may_change": may_change_machines(reader),
    }
    return _days_table(request, seen).answer("web/clusters/completeness.html", context)


def _told(days: int, to_look_at: int) -> str:
    if not days:
        return _("Nothing of these days has been summed by the cluster yet; it does so each hour.")
    if not to_look_at:
        return _("Compared: every difference is explained.")
    return ngettext(
        "Compared: %s account has a difference to look at.",
        "Compared: %s accounts have differences to look at.",
        to_look_at,
    ) % quantities.number(to_look_at)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _days_table(request: HttpRequest, seen: Completeness) -> Table:
    reasons: dict[int, dict[ReasonKind, tuple[int, int]]] = {}

    def fetch(rows: Sequence[Any]) -> None:
        reasons.update(reasons_of(rows))

    return Table(
        request,
        name="completeness",
        caption=_("Sums and charges by day"),
        rows=seen.days,
        columns=(
            Column("day", _("Day"), sort="day"),
            Column("account", _("Account"), sort="account"),
            Column("device_model", _("Device model"), sort="device_model"),
            Column(
                "summed",
                _("Summed by the cluster"),
                _time("summed_s"),
                "summed_s",
                "end",
                in_file=lambda row: row.summed_s,
            ),
            Column(
                "charged",
                _("Charged"),
                _time("charged_s"),
                "charged_s",
                "end",
                in_file=lambda row: row.charged_s,
            ),
            Column(
                "difference",
                _("Difference"),
                _time("difference_s"),
                "",
                "end",
                in_file=lambda row: row.difference_s,
            ),
            Column("state", _("State"), _state, "to_look_at_s", in_file=_word_of_state),
            Column(
                "why",
                _("Why"),
                lambda row: reasons_text(reasons.get(row.pk, {}), row.device_model),
            ),
        ),
        search=("account__icontains", "device_model__icontains"),
        sort="-day",
        empty=_("Nothing was compared of these days."),
        prepare=fetch,
    )


def _jobs_table(request: HttpRequest, seen: Completeness) -> Table:
    return Table(
        request,
        name="differences",
        prefix="jobs-",
        caption=_("Differences by job"),
        rows=seen.differences,
        columns=(
            Column("job", _("Job"), lambda row: row.job_id or _("no job"), "job_id"),
            Column("day", _("Day"), lambda row: row.of.day, "of__day"),
            Column("account", _("Account"), lambda row: row.of.account, "of__account"),
            Column("member", _("Member"), sort="member"),
            Column("device_model", _("Device model"), lambda row: row.of.device_model),
            Column(
                "time",
                _("Difference"),
                _of_its_model,
                "card_seconds",
                "end",
                in_file=lambda row: row.card_seconds,
            ),
            Column("kind", _("Why"), _why, "kind"),
        ),
        search=("job_id__icontains", "member__icontains", "of__account__icontains"),
        filters=(
            Filter(
                "kind",
                _("Why"),
                [(kind.value, str(word)) for kind, word in REASONS.items()],
                lookup="kind",
            ),
        ),
        sort="-day",
        empty=_("No sum differs from what was charged."),
    )


def _time(name: str) -> Any:  # noqa: ANN401 -- a function of a row
    return lambda row: CardTime(getattr(row, name), row.device_model)


def _of_its_model(row: Any) -> CardTime:  # noqa: ANN401 -- a row
    return CardTime(row.card_seconds, row.of.device_model)


def _why(row: Any) -> str:  # noqa: ANN401 -- a row
    sentence = reason_sentence(row.kind)
    return f"{sentence} ({aside_words(row.why)})" if row.why else sentence


def _state(row: Any) -> Badge:  # noqa: ANN401 -- a row
    if row.to_look_at_s:
        return Badge(_("To be looked at"), Tone.BAD)
    if row.difference_s:
        return Badge(_("Explained"), Tone.GOOD)
    return Badge(_("The same"), Tone.GOOD)


def _word_of_state(row: Any) -> str:  # noqa: ANN401 -- a row
    return str(_state(row))
