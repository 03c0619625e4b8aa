"""Who is called what on the clusters: the list, and the form that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.enforcement.commands import name_person
from praya.apps.enforcement.queries import links, people_to_name, person_to_name
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.people.models import Person


def _clusters() -> list[tuple[str, str]]:
    known = sorted((link.cluster.code, link.cluster.name) for link in links())
    return [("", str(gettext_lazy("every cluster"))), *known]


class UserForm(forms.Form):
    """What a person's user is called."""

    name = forms.CharField(
        label=gettext_lazy("User on the clusters"),
        max_length=32,
        required=False,
        help_text=gettext_lazy(
            "As in sacctmgr, in small letters. Left empty, the person can submit nothing there."
        ),
    )
    cluster = forms.ChoiceField(
        label=gettext_lazy("On"),
        choices=_clusters,
        required=False,
        help_text=gettext_lazy(
            "A cluster with users of its own may call the person otherwise, and somebody else by "
            "the same name: say it for that cluster alone, or leave the name empty there. The name "
            "that the person has on every cluster takes that back."
        ),
    )


@signed_in
def cluster_users(request: HttpRequest) -> HttpResponse:
    """Members of awards with what they are called on the clusters."""
    table = Table(
        request,
        name="users",
        caption=_("Users on the clusters"),
        rows=people_to_name(actor(request)),
        columns=(
            Column("name", _("Name"), str, sort="name"),
            Column("email", _("E-mail"), sort="email"),
            Column("unix", _("User on the clusters"), _called, sort="unix__name"),
            Column("set_at", _("Said at"), lambda person: _unix(person, "set_at")),
            Column("act", _("Change"), _change),
        ),
        search=(
            "name__icontains",
            "name_zh__icontains",
            "email__icontains",
            "unix__name__icontains",
        ),
        filters=(
            Filter(
                "named",
                _("User"),
                [("1", _("nobody has said")), ("0", _("said"))],
                lookup="is_nameless",
            ),
        ),
        sort="name",
        empty=_("Nobody is a member of an award."),
    )
    return table.answer("web/clusters/users.html")


@signed_in
def cluster_user(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say what a person is called, or show the form again with the reason it was refused."""
    reader = actor(request)
    person = person_to_name(reader, person_id)
    form = UserForm(request.POST or None, initial={"name": _unix(person, "name")})
    if request.method == "POST" and form.is_valid():
        try:
            name_person(email=person.email, **form.cleaned_data, by=reader, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("It is said. Clusters hear of it within seconds."))
            return redirect("web:cluster-users")
    context = {
        "form": form,
        "title": _("What %s is called on the clusters") % person,
        "button": _("Say it"),
        "cancel_url": reverse("web:cluster-users"),
    }
    return TemplateResponse(request, "web/clusters/form.html", context)


def _unix(person: Person, name: str) -> Any:  # noqa: ANN401 -- a column of the row
    unix = getattr(person, "unix", None)
    return "" if unix is None else getattr(unix, name)


def _called(person: Person) -> str:
    there = [str(one) for one in person.unix_there.all()]
    return ", ".join(filter(None, (str(_unix(person, "name")), *there)))


def _change(person: Person) -> Link:
    return Link(_("Say it"), reverse("web:cluster-user", args=[person.pk]))
