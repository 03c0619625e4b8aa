"""Clusters with what is installed and in service, and the forms that change them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.clusters.access import check_may_change, may_change_machines
from praya.apps.clusters.commands import add_partition, end_capacity, set_capacity
from praya.apps.clusters.queries import (
    PartitionCapacity,
    capacity_window_of,
    cluster_visible_to,
    clusters_visible_to,
    device_models,
    partition_of,
)
from praya.apps.clusters.rules import CapacityKind
from praya.apps.enforcement.commands import add_cluster_of_kind
from praya.apps.enforcement.queries import FoundPartition, found_partition
from praya.apps.programmes.queries import programmes_in_force
from praya.apps.usage.commands import close_cluster
from praya.core.programme.months import month_start
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm
from praya.web.charts import Bar, ColumnChart
from praya.web.clusters.capacity import partitions_table, windows_table
from praya.web.clusters.forms import KINDS, CapacityForm, ClusterForm, EndForm, PartitionForm
from praya.web.guards import signed_in
from praya.web.tables import Table
from praya.words import clock
from praya.words.languages import in_readers_language
from praya.words.quantities import number
from praya.words.refusals import sentence_for

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PartitionCard:
    """A partition as its cluster's page shows it."""

    code: str
    device_model: str
    programme_code: str
    installed: int
    in_service: int
    chart: ColumnChart
    windows: Table
    may_change: bool


@signed_in
def clusters(request: HttpRequest) -> HttpResponse:
    """Every cluster with its partitions, today."""
    reader = actor(request)
    today = timezone.localdate(clock.now())
    table = partitions_table(request, clusters_visible_to(reader, day=today))
    return table.answer("web/clusters/list.html", {"may_change": may_change_machines(reader)})


@signed_in
def cluster(request: HttpRequest, code: str) -> HttpResponse:
    """One cluster with the capacity calendar of each partition."""
    reader = actor(request)
    today = timezone.localdate(clock.now())
    found = cluster_visible_to(reader, code, day=today)
    cards = []
    for each in found.partitions:
        is_open = found.cluster.closed_at is None
        may_change = is_open and may_change_machines(reader, each.partition.programme_code)
        windows = windows_table(request, each, may_change=may_change)
        if windows.is_asked_alone:
            return windows.answer("web/clusters/cluster.html")
        cards.append(_card(each, today, windows, may_change=may_change))
    context = {
        "cluster": found.cluster,
        "partitions": cards,
        "today": today,
        "may_change": may_change_machines(reader) and found.cluster.closed_at is None,
    }
    return TemplateResponse(request, "web/clusters/cluster.html", context)


@signed_in
def cluster_new(request: HttpRequest) -> HttpResponse:
    """Add a cluster."""
    reader = actor(request)
    check_may_change(reader)
    form = ClusterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            facts = form.cleaned_data
            made = add_cluster_of_kind(
                code=facts["code"],
                name=facts["name"],
                engine=facts["engine"],
                said=facts["kinds"],
                conf=facts["conf"],
                by=reader,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("The cluster %s is added.") % made.name)
            return redirect("web:cluster", made.code)
    return _form_page(request, form, _("Add a cluster"), reverse("web:clusters"))


@signed_in
def cluster_close(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, then close a cluster for good."""
    reader = actor(request)
    check_may_change(reader)
    found = cluster_visible_to(reader, code, day=timezone.localdate(clock.now())).cluster
    if request.method == "POST":
        close_cluster(code=code, by=reader, now=clock.now())
        messages.success(request, _("The cluster %s is closed.") % found.name)
        return redirect("web:cluster", code)
    confirm = Confirm(
        title=_("Close %s") % found.name,
        what=_(
            "No job goes there any more and nothing is added to it; its devices count until today. "
            "This cannot be undone. What ran there stays in every book and figure."
        ),
        button=_("Close the cluster"),
        cancel_url=reverse("web:cluster", args=[code]),
        facts=((_("Code"), found.code), (_("Engine"), found.engine)),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


@signed_in
def partition_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a partition to a cluster."""
    reader = actor(request)
    now = clock.now()
    check_may_change(reader)
    models = [(each.code, str(each)) for each in device_models()]
    found = _found(request, code)
    initial = {"code": found.code, "device_model": found.device_model} if found else {}
    form = PartitionForm(
        request.POST or None,
        device_models=models,
        programmes=_programmes_to_serve(),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_partition(
                cluster_code=code,
                code=given["code"],
                device_model_code=given["device_model"],
                programme_code=given["programme"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("The partition %s is added.") % given["code"])
            return redirect(_capacity_url(code, given["code"], found))
    return _form_page(request, form, _("Add a partition"), reverse("web:cluster", args=[code]))


@signed_in
def capacity_new(request: HttpRequest, code: str, partition: str) -> HttpResponse:
    """Add a window of devices to a partition."""
    reader = actor(request)
    found = partition_of(code, partition)
    check_may_change(reader, found.programme_code)
    today = timezone.localdate(clock.now())
    seen = _found(request, code)
    form = CapacityForm(request.POST or None, initial={"first_on": today, **_still_to_count(seen)})
    back = reverse("web:cluster", args=[code])
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "kind": CapacityKind(form.cleaned_data["kind"])}
        try:
            set_capacity(
                cluster_code=code, partition_code=partition, **given, by=reader, now=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("The capacity of %s is changed.") % partition)
            seen = _found(request, code)
            return redirect(_capacity_url(code, partition, seen) if _still_to_count(seen) else back)
    title = _("Change the capacity of %s") % partition
    return _form_page(request, form, title, back)


@signed_in
def capacity_end(request: HttpRequest, window_id: int) -> HttpResponse:
    """Ask for the last day of a window, then end it."""
    reader = actor(request)
    window = capacity_window_of(window_id)
    check_may_change(reader, window.partition.programme_code)
    back = reverse("web:cluster", args=[window.partition.cluster.code])
    today = timezone.localdate(clock.now())
    form = EndForm(request.POST or None, initial={"last_on": max(today, window.first_on)})
    if request.method == "POST" and form.is_valid():
        last_on = form.cleaned_data["last_on"]
        try:
            end_capacity(window_id=window_id, last_on=last_on, by=reader, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            day = date_format(last_on, "DATE_FORMAT")
            messages.success(request, _("The window ends on %s.") % day)
            return redirect(back)
    confirm = Confirm(
        title=_("End a capacity window"),
        what=_(
            "From the day after, its devices no longer count: jobs that need them wait, and "
            "figures count fewer. A window can end sooner later on, but never be made longer."
        ),
        button=_("End the window"),
        cancel_url=back,
        facts=(
            (_("Partition"), window.partition.code),
            (_("Devices"), window.devices),
            (_("Kind"), str(KINDS[CapacityKind(window.kind)])),
            (_("First day"), window.first_on),
            (_("Last day"), window.last_on),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _found(request: HttpRequest, code: str) -> FoundPartition | None:
    """What was found on the cluster itself, where it is to be taken over from there."""
    name, _colon, model = request.GET.get("found", "").partition(":")
    if not name:
        return None
    return found_partition(code, name, model, day=timezone.localdate(clock.now()))


def _still_to_count(found: FoundPartition | None) -> dict[str, object]:
    """The window that would bring Praya's count to what was found: installed, then in service."""
    if found is None:
        return {}
    for kind, counted in (
        (CapacityKind.INSTALLED, found.installed),
        (CapacityKind.IN_SERVICE, found.in_service),
    ):
        if found.cards > (counted or 0):
            note = _("As found on the cluster")
            return {"kind": kind.value, "devices": found.cards - (counted or 0), "note": note}
    return {}


def _capacity_url(code: str, partition: str, found: FoundPartition | None) -> str:
    url = reverse("web:capacity-new", args=[code, partition])
    if found is None:
        return url
    return f"{url}?{urlencode({'found': f'{found.name}:{found.device_model}'})}"


def _form_page(request: HttpRequest, form: forms.Form, title: str, cancel_url: str) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": cancel_url}
    return TemplateResponse(request, "web/clusters/form.html", context)


def _programmes_to_serve() -> list[tuple[str, str]]:
    known = programmes_in_force(clock.now())
    named = [(each.programme.code, in_readers_language(each.programme.name)) for each in known]
    return [("", _("every programme")), *named]


def _card(
    each: PartitionCapacity, today: date, windows: Table, *, may_change: bool
) -> PartitionCard:
    partition = each.partition
    return PartitionCard(
        code=partition.code,
        device_model=str(partition.device_model),
        programme_code=partition.programme_code,
        installed=each.installed,
        in_service=each.in_service,
        chart=_chart(each, today),
        windows=windows,
        may_change=may_change,
    )


def _chart(each: PartitionCapacity, today: date) -> ColumnChart:
    """Devices in service, today and on the first day of each month to come."""
    days = [today, *(month_start(today, months=months) for months in range(1, MONTHS_SHOWN))]
    bars = []
    for day in days:
        in_service = each.on(day).in_service
        bars.append(Bar(date_format(day, "DATE_FORMAT"), in_service, number(in_service)))
    return ColumnChart(
        id=f"capacity-{each.partition.code}",
        title=_("Devices in service, month by month"),
        bars=bars,
        label_head=_("Day"),
        value_head=_("In service"),
    )
