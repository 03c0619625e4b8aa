"""Jobs: the list, the form, and the page of one with what it prints."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from praya.apps.forecasts.queries import start_expected
from praya.apps.usage.access import check_may_cancel, may_cancel, may_see_output
from praya.apps.usage.commands import cancel_job, submit_job
from praya.apps.usage.queries import (
    LineForJobs,
    awards_for_jobs,
    charge_behind,
    hold_behind,
    job_of,
    job_output,
    jobs_visible_to,
    taken_back,
)
from praya.apps.usage.rules import ALIVE, JobState
from praya.core.actor import Actor
from praya.core.execution.port import EngineUnavailable, Output
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Confirm, Link, Tone
from praya.web.charts import FourNumbers
from praya.web.guards import signed_in
from praya.web.reports.why_behind import refusal_url
from praya.web.tables import Column, Filter, Table
from praya.web.usage.forms import JobForm
from praya.words import clock
from praya.words.devices import device_names
from praya.words.entries import quantity_of
from praya.words.jobs import STATES, job_sentence, line_to_submit, service_class, state_word
from praya.words.quantities import duration, month, percent, price_in_class
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from praya.apps.usage.models import Job

PIECE_BYTES = 64 * 1024
_TONES = {
    JobState.WAITING: Tone.ACTIVE,
    JobState.STARTING: Tone.ACTIVE,
    JobState.RUNNING: Tone.ACTIVE,
    JobState.COMPLETED: Tone.GOOD,
    JobState.FAILED: Tone.BAD,
    JobState.TIMED_OUT: Tone.WARN,
    JobState.CANCELLED: Tone.PLAIN,
    JobState.LOST: Tone.BAD,
}
_OWN_ICONS = {JobState.RUNNING: "player-play", JobState.CANCELLED: "ban"}


@signed_in
def jobs(request: HttpRequest) -> HttpResponse:
    """The reader's jobs, and those they answer for, newest first."""
    table = Table(
        request,
        name="jobs",
        caption=_("Jobs"),
        rows=jobs_visible_to(actor(request)),
        columns=(
            Column("code", _("Job"), lambda job: Link(job.code, _url(job)), sort="id"),
            Column("name", _("Name"), sort="name"),
            Column("award", _("Award"), _award, sort="award__code"),
            Column("member", _("Member"), lambda job: str(job.member), sort="member__name"),
            Column("state", _("State"), badge_of, sort="state"),
            Column("cards", _("Cards"), sort="cards", align="end"),
            Column("submitted_at", _("Submitted"), sort="submitted_at"),
            Column("standing", _("Where it stands"), _sentence),
        ),
        fields=(
            *("code", "name", "state", "cards", "submitted_at", "time_limit_s", "wait_reason"),
            *("exit_code", "signal", "started_at", "ended_at", "cancel_asked_at", "award__code"),
            *(f"member__{name}" for name in ("name", "name_zh", "email")),
            "partition__device_model__name",
        ),
        search=("code__icontains", "name__icontains", "award__code__icontains"),
        filters=(Filter("state", _("State"), _state_choices(), lookup="state"),),
        sort="-code",
        empty=_(
            "There is no job here yet. Your own stand here, those of awards that you lead, and "
            "those of programmes that you operate or audit."
        ),
    )
    return table.answer("web/usage/jobs.html")


@signed_in
def job_new(request: HttpRequest) -> HttpResponse:
    """Submit a job, or show the form again with the reason it was refused."""
    reader, now = actor(request), clock.now()
    awards = awards_for_jobs(reader, now)
    devices = device_names()
    form = JobForm(request.POST or None, awards, devices, award_code=request.GET.get("award", ""))
    is_valid, why = form.is_valid(), ""
    if request.method == "POST" and is_valid and "check" not in request.POST:
        award_code, line_number = form.chosen
        given = form.cleaned_data
        try:
            made = submit_job(
                award_code=award_code,
                line_number=line_number,
                cards=given["cards"],
                time_limit_s=given["time_limit"],
                argv=given["command"],
                script=given["script"],
                name=given["name"],
                service_class=given.get("service_class", ""),
                key=given["key"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
            why = refusal_url(refusal, request)
        else:
            messages.success(request, _("Job %s is admitted.") % made.code)
            return redirect("web:job", made.code)
    context = {
        "form": form,
        "why": why,
        "lines": [_card(line, devices) for award in awards for line in award.lines],
        "takes_jobs": any(not line.there for award in awards for line in award.lines),
        "argv": form.cleaned_data.get("command") if form.is_bound else None,
    }
    return TemplateResponse(request, "web/usage/new.html", context)


@signed_in
def job(request: HttpRequest, code: str) -> HttpResponse:
    """One job: where it stands and why, what it held and was charged, and what it prints."""
    reader = actor(request)
    found = job_of(code, reader)
    is_over = JobState(found.state) not in ALIVE
    context = {
        "job": found,
        "badge": badge_of(found),
        "sentence": _sentence(found),
        "facts": _facts(found),
        "is_over": is_over,
        "may_cancel": not is_over and found.cancel_asked_at is None and may_cancel(reader, found),
        "argv": found.argv,
    }
    if found.state == JobState.WAITING.value:
        context["expected"] = start_expected(found.code, clock.now())
    if request.headers.get("HX-Target") == "standing":
        return TemplateResponse(request, "web/usage/_standing.html", context)
    if may_see_output(reader, found):
        context |= {"may_see_output": True} | _output(reader, code, 0)
    return TemplateResponse(request, "web/usage/job.html", context)


@signed_in  # type: ignore[arg-type]  # a streamed answer is an answer, too
@require_safe
def job_output_page(request: HttpRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    """What a job prints: for htmx the next piece, else all of it so far as a text file."""
    reader = actor(request)
    if not request.headers.get("HX-Request"):
        first = job_output(code, reader, offset=0, limit=PIECE_BYTES)
        answer = StreamingHttpResponse(
            _pieces(reader, code, first), content_type="text/plain; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{code}.log"'
        return answer
    given = request.GET.get("offset", "")
    offset = int(given) if given.isdecimal() and len(given) < 16 else 0  # noqa: PLR2004 -- 10^15 bytes
    return TemplateResponse(request, "web/usage/_output.html", _output(reader, code, offset))


@signed_in
def job_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more, then ask for the job to end."""
    reader = actor(request)
    found = job_of(code, reader)
    check_may_cancel(reader, found)
    if request.method == "POST":
        cancelled = cancel_job(code=code, by=reader, now=clock.now())
        if cancelled.state == JobState.CANCELLED.value:
            messages.success(request, _("Job %s is cancelled.") % code)
        elif JobState(cancelled.state) in ALIVE:
            messages.success(request, _("Job %s is being stopped.") % code)
        else:
            messages.info(request, _("Job %s had ended before.") % code)
        return redirect("web:job", code)
    confirm = Confirm(
        title=_("Cancel %s") % code,
        what=_(
            "A waiting job gives back what it holds. A running one is stopped and charged for what "
            "it held until then."
        ),
        button=_("Cancel the job"),
        cancel_url=_url(found),
        facts=((_("Name"), found.name), (_("State"), badge_of(found))),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


def badge_of(job: Job) -> Badge:
    """The state of a job as an icon and a word."""
    state = JobState(job.state)
    return Badge(state_word(job.state), _TONES[state], _OWN_ICONS.get(state, ""))


def _url(job: Job) -> str:
    return reverse("web:job", args=[job.code])


def _award(job: Job) -> Link:
    return Link(job.award.code, reverse("web:award", args=[job.award.code]))


def _sentence(job: Job) -> str:
    return job_sentence(job, job.partition.device_model.name)


def _state_choices() -> list[tuple[str, str]]:
    return [(state.value, str(word)) for state, word in STATES.items()]


def _card(line: LineForJobs, devices: Mapping[str, str]) -> dict[str, Any]:
    """A line beside the form: its four numbers, in time and in money."""
    title = {
        "code": line.line.code,
        "is_lease": line.is_lease,
        "cards": line.line.cards,
        "device": devices[line.line.device_model_code],
    }
    if there := line.there:
        typed = line_to_submit(
            there.account, there.kind, there.partitions, cards=1, time_limit_s=600
        )
        title["there"] = {"cluster": there.cluster, "line": typed}
    numbers = [
        FourNumbers(
            id=f"numbers-{line.line.pk}-{place}",
            title=_("Time") if place == 0 else _("Subsidy"),
            settled=quantity_of(each.commodity, each.settled),
            in_flight=quantity_of(each.commodity, each.in_flight),
            free=quantity_of(each.commodity, each.free),
            committed=quantity_of(each.commodity, each.committed),
        )
        for place, each in enumerate(line.numbers)
    ]
    return title | {"numbers": numbers}


def _facts(job: Job) -> list[tuple[str, object]]:
    """What a job is, when it was what, and what it costs, each with its entry in the book."""
    model = job.partition.device_model
    in_class = [(_("Class of service"), service_class(job))] if job.service_class else []
    facts: list[tuple[str, object]] = [
        (_("Award"), _award(job)),
        (_("Line"), job.line.code),
        *in_class,
        (_("Member"), str(job.member)),
        (_("Cards"), f"{job.cards} × {model}"),
        (_("Time limit"), duration(job.time_limit_s)),
        (_("Command"), shlex.join(job.argv) if job.argv else _("a script")),
        (_("Submitted"), job.submitted_at),
    ]
    if job.slots:
        slots = ", ".join(str(slot) for slot in job.slots)
        facts.append((_("Slots"), f"{job.partition.cluster}: {slots}"))
    if job.started_at:
        facts.append((_("Began"), job.started_at))
    if job.ended_at:
        facts.append((_("Ended"), job.ended_at))
    return facts + _money_facts(job)


def _money_facts(job: Job) -> list[tuple[str, object]]:
    currency = job.award.programme.currency
    model_code = job.line.device_model_code
    facts: list[tuple[str, object]] = []
    entries = reverse("web:award-entries", args=[job.award.code])
    hold = hold_behind(job)
    if hold is not None:
        facts += [
            (_("Held for the worst case"), CardTime(hold.time_s, model_code)),
            (_("Subsidy held"), Money(hold.subsidy_minor, currency)),
            (_("Entry of the hold"), Link(f"#{hold.made_by_entry.number}", entries)),
        ]
    charge = charge_behind(job)
    if job.is_free_use:
        facts.append((_("Free use"), _("beyond the grant: not charged, and stopped for others")))
    if charge is not None and job.is_free_use:
        statement = reverse("web:statement", args=[job.award.code, charge.month])
        facts += [
            (_("Used"), CardTime(charge.card_seconds, model_code)),
            (_("Statement"), Link(month(charge.month), statement)),
        ]
    if charge is not None and hold is not None and hold.ended_by_entry is not None:
        price = Money(charge.price_minor_per_hour, currency)
        statement = reverse("web:statement", args=[job.award.code, charge.month])
        facts += [
            (_("Charged"), CardTime(charge.card_seconds, model_code)),
            (_("List price of a card-hour"), price_in_class(price, charge.service_class)),
            (_("At list price"), Money(charge.list_minor, currency)),
            (
                _("Subsidy of %(rate)s") % {"rate": percent(charge.rate_bp)},
                Money(charge.subsidy_minor, currency),
            ),
            (_("Own share"), Money(charge.own_minor, currency)),
            (_("Entry of the charge"), Link(f"#{hold.ended_by_entry.number}", entries)),
            (_("Statement"), Link(month(charge.month), statement)),
        ]
        if (back := taken_back(charge)) is not None:
            statement = reverse("web:statement", args=[job.award.code, back.month])
            facts.append((_("Taken back"), Link(month(back.month), statement)))
    return facts


def _output(reader: Actor, code: str, offset: int) -> dict[str, Any]:
    """The next piece of the output and where to go on; none of it while the engine is away."""
    try:
        piece = job_output(code, reader, offset=offset, limit=PIECE_BYTES)
    except EngineUnavailable:
        return {"code": code, "text": "", "next_offset": offset, "ended": False}
    return {
        "code": code,
        "text": piece.text,
        "next_offset": piece.next_offset,
        "ended": piece.ended,
    }


def _pieces(reader: Actor, code: str, first: Output) -> Iterator[bytes]:
    """What had been printed when the reader asked."""
    piece = first
    while piece.content:
        yield piece.content
        if piece.next_offset >= first.size:
            return
        piece = job_output(code, reader, offset=piece.next_offset, limit=PIECE_BYTES)
