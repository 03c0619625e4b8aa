"""Who is appointed to what in a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.programmes.access import check_may_appoint, may_appoint
from praya.apps.programmes.commands import appoint, end_appointment
from praya.apps.programmes.queries import (
    appointment_of,
    appointments_visible_to,
    person_to_appoint,
    programme_of,
)
from praya.core.actor import Role
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm, Link
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.languages import in_readers_language
from praya.words.refusals import sentence_for
from praya.words.roles import ROLES

if TYPE_CHECKING:
    from praya.apps.programmes.models import Appointment

_CHOICES = [(role.value, word) for role, word in ROLES.items() if role is not Role.ADMIN]


class AppointForm(forms.Form):
    """Whom to appoint, to what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The person signs up on this site first."),
        max_length=254,
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_CHOICES)


@signed_in
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Appointments in force; site admins appoint here."""
    now = clock.now()
    reader = actor(request)
    programme = programme_of(code)
    appointments = appointments_visible_to(reader, code, now=now)
    may_change = may_appoint(reader)
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        check_may_appoint(reader)
        try:
            person = person_to_appoint(reader, form.cleaned_data["email"])
            role = Role(form.cleaned_data["role"])
            appoint(programme_code=code, person_id=person.pk, role=role, by=reader, now=now)
        except NotFound:
            form.add_error(
                "email",
                _("Nobody has signed up with this address. Ask them to do so, then appoint them."),
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            said = _("%(person)s is appointed %(role)s.")
            messages.success(request, said % {"person": person, "role": ROLES[role]})
            return redirect("web:programme-people", code)
    roles = [(value, str(word)) for value, word in _CHOICES]
    table = Table(
        request,
        name="appointments",
        caption=_("Appointments"),
        rows=appointments,
        columns=_columns(may_change=may_change),
        search=("words",),
        filters=(
            Filter("role", _("Role"), roles, keeps=lambda row, chosen: bool(row.role == chosen)),
        ),
        empty=_("Nobody is appointed yet."),
    )
    context = {
        "programme": programme,
        "name": in_readers_language(programme.name),
        "form": form,
        "may_change": may_change,
    }
    return table.answer("web/programmes/people.html", context)


@signed_in
def appointment_end(request: HttpRequest, code: str, appointment_id: int) -> HttpResponse:
    """Ask, then end an appointment."""
    reader = actor(request)
    check_may_appoint(reader)
    appointment = appointment_of(appointment_id)
    if appointment.programme.code != code:
        raise NotFound(kind="appointment", key=str(appointment_id))
    role = ROLES[Role(appointment.role)]
    back = reverse("web:programme-people", args=[code])
    if request.method == "POST":
        end_appointment(appointment_id=appointment_id, by=reader, now=clock.now())
        said = _("%(person)s is no longer %(role)s.")
        messages.success(request, said % {"person": appointment.person, "role": role})
        return redirect(back)
    confirm = Confirm(
        title=_("End an appointment"),
        what=_(
            "They lose what the role allows at once. What they did stays on record. You can "
            "appoint them again."
        ),
        button=_("End the appointment"),
        cancel_url=back,
        facts=(
            (_("Person"), str(appointment.person)),
            (_("Role"), str(role)),
            (_("Since"), appointment.since),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


def _columns(*, may_change: bool) -> tuple[Column, ...]:
    columns = (
        Column("person", _("Person"), lambda row: str(row.person)),
        Column("email", _("E-mail address"), lambda row: row.person.email),
        Column("role", _("Role"), lambda row: str(ROLES[Role(row.role)]), sort="role"),
        Column("since", _("Since"), sort="since"),
    )
    if not may_change:
        return columns
    return (*columns, Column("end", _("Change"), _end_link, in_file=lambda row: row.pk))


def _end_link(row: Appointment) -> Link:
    return Link(_("End"), reverse("web:appointment-end", args=[row.programme.code, row.pk]))
