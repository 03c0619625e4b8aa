"""The register of organisations: search, register, join, let in, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from praya.apps.awards.queries import awards_led_for
from praya.apps.people.access import check_may_verify, may_verify
from praya.apps.people.commands import (
    answer_join_request,
    change_registration,
    end_affiliation,
    join_organisation,
    leave_organisation,
    make_manager,
    register_organisation,
    verify_organisation,
)
from praya.apps.people.queries import (
    affiliation_to_leave,
    affiliation_to_manage,
    affiliations_of,
    join_requests,
    members_of,
    organisation_by_id,
    organisation_to_register_anew,
    organisations,
    registration_changes,
)
from praya.apps.people.rules import AffiliationState, AlreadyAsked, OrganisationKnown
from praya.core.programme.parts import OrganisationKind
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Confirm, Link
from praya.web.cells import cell_html
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.people.badges import standing_badge, verified_badge
from praya.web.people.forms import OrganisationForm, RegistrationForm, SeenForm
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.languages import name_in_readers_language
from praya.words.organisations import KINDS
from praya.words.people import STANDINGS
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.people.models import Affiliation, Organisation

_CHANGES_SHOWN = 20


@signed_in
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Search the register."""
    table = Table(
        request,
        name="organisations",
        caption=_("Organisations"),
        rows=organisations(),
        columns=(
            Column("name", _("Name"), _linked, sort="name"),
            Column("name_zh", _("Name in Chinese"), sort="name_zh"),
            Column("kind", _("Kind"), lambda row: KINDS[OrganisationKind(row.kind)], sort="kind"),
            Column("registry_number", _("Registered"), lambda row: row.registration),
            Column("people", _("People"), sort="people", align="end"),
            Column("verified", _("Checked"), lambda row: verified_badge(row.verified_at)),
        ),
        search=("name__icontains", "name_zh__icontains", "registry_number__icontains"),
        filters=(
            Filter(
                "kind",
                _("Kind"),
                [(kind.value, str(word)) for kind, word in KINDS.items()],
                lookup="kind",
            ),
        ),
        sort="name",
        empty=_("No organisation is registered yet. Register yours to apply for compute."),
    )
    return table.answer("web/people/organisations.html")


@signed_in
@once
def register(request: HttpRequest) -> HttpResponse:
    """Enter an organisation; one that is known leads to its page instead."""
    form = OrganisationForm(request.POST or None)
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            made = register_organisation(**form.cleaned_data, by=actor(request), now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
            if isinstance(refusal, OrganisationKnown):
                known = Link(
                    refusal.name, reverse("web:organisation", args=[refusal.organisation_id])
                )
        else:
            messages.success(
                request,
                _(
                    "%(name)s is registered and you are its manager. An officer will check it; you "
                    "can apply for it meanwhile."
                )
                % {"name": made},
            )
            return redirect("web:organisation", made.pk)
    context = {"form": form, "known": known}
    return TemplateResponse(request, "web/people/organisation_register.html", context)


@signed_in
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation; its people see each other, its managers who waits to be let in."""
    by = actor(request)
    assert by.person_id is not None
    found = organisation_by_id(organisation_id)
    mine = affiliations_of(by.person_id).filter(organisation=organisation_id).first()
    belongs = mine is not None and mine.state == AffiliationState.ACTIVE
    answers = by.is_admin or (mine is not None and belongs and mine.is_manager)
    may_ask = mine is None or mine.state in {AffiliationState.REFUSED, AffiliationState.ENDED}
    sees_people = belongs or may_verify(by)
    context = {
        "organisation": found,
        "facts": _facts(found),
        "standing": mine
        and standing_badge(AffiliationState(mine.state), is_manager=mine.is_manager),
        "may_ask": may_ask,
        "may_verify": may_verify(by) and found.verified_at is None,
        "requests": join_requests(organisation_id) if answers else [],
        "keeps_leads": belongs and mine is not None and mine.is_manager,
        "may_leave": belongs,
        "awards": awards_led_for(organisation_id) if answers else [],
        "may_register_anew": answers or may_verify(by),
        "changes": registration_changes(organisation_id)[:_CHANGES_SHOWN] if sees_people else [],
    }
    page = "web/people/organisation.html"
    if not sees_people:
        return TemplateResponse(request, page, context)
    return _people(request, organisation_id, manages=answers).answer(page, context)


@require_POST
@signed_in
def join(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Ask to belong; asking twice is told, not refused."""
    try:
        join_organisation(organisation_id=organisation_id, by=actor(request), now=clock.now())
    except AlreadyAsked as refusal:
        messages.info(request, sentence_for(refusal))
    else:
        messages.success(request, _("You have asked to join. One of its managers will answer."))
    return redirect("web:organisation", organisation_id)


@require_POST
@signed_in
def answer(request: HttpRequest, affiliation_id: int) -> HttpResponse:
    """Let somebody in, or not."""
    given = request.POST.get("answer")
    if given not in {"accept", "refuse"}:
        messages.error(request, _("Nothing was answered: choose whether to let them in."))
        return redirect("web:home")
    accept = given == "accept"
    answered = answer_join_request(
        affiliation_id=affiliation_id, accept=accept, by=actor(request), now=clock.now()
    )
    done = _("They belong to the organisation now.") if accept else _("They were not let in.")
    messages.success(request, done)
    return redirect("web:organisation", answered.organisation_id)


@signed_in
def verify(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Ask, then say that the organisation is what its entry says."""
    by = actor(request)
    check_may_verify(by)
    if request.method == "POST":
        seen = request.POST.get("seen")
        verify_organisation(organisation_id=organisation_id, seen=seen, by=by, now=clock.now())
        messages.success(request, _("The organisation is verified."))
        return redirect("web:organisation", organisation_id)
    found = organisation_by_id(organisation_id)
    confirm = Confirm(
        title=_("Is this organisation what it says?"),
        what=_("Compare the entry with the register it names. Your name stands by your answer."),
        button=_("Yes, it is verified"),
        cancel_url=reverse("web:organisation", args=[organisation_id]),
        facts=tuple(_facts(found)),
    )
    context = {"confirm": confirm, "form": SeenForm(initial={"seen": found.registration})}
    return TemplateResponse(request, "web/confirm.html", context)


@signed_in
@once
def registration(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Say where the organisation is registered now, and what shows it."""
    by = actor(request)
    found = organisation_to_register_anew(by, organisation_id)
    initial = {name: getattr(found, name) for name in ("place", "registry", "registry_number")}
    form = RegistrationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_registration(
                organisation_id=organisation_id, **form.cleaned_data, by=by, now=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(
                request, _("The registration was changed. An officer checks it by what you named.")
            )
            return redirect("web:organisation", organisation_id)
    context = {"organisation": found, "form": form}
    return TemplateResponse(request, "web/people/registration.html", context)


@signed_in
def leave(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Ask, then belong to the organisation no longer."""
    by = actor(request)
    found = affiliation_to_leave(organisation_id, by).organisation
    if request.method == "POST":
        leave_organisation(organisation_id=organisation_id, by=by, now=clock.now())
        messages.success(request, _("You have left %s.") % found)
        return redirect("web:organisation", organisation_id)
    return _confirmed(
        request,
        found,
        title=_("Leave %s") % found,
        what=_(
            "You see its people and its applications no longer, unless you lead them. To come back "
            "you ask to join again."
        ),
    )


@signed_in
def promote(request: HttpRequest, affiliation_id: int) -> HttpResponse:
    """Ask, then let a member manage the organisation, too."""
    by = actor(request)
    found = affiliation_to_manage(affiliation_id, by)
    if request.method == "POST":
        make_manager(affiliation_id=affiliation_id, by=by, now=clock.now())
        messages.success(request, _("%s is a manager now.") % found.person)
        return redirect("web:organisation", found.organisation_id)
    return _confirmed(
        request,
        found.organisation,
        title=_("Make %s a manager") % found.person,
        what=_(
            "Managers let people in, end their membership, and see every application of the "
            "organisation."
        ),
    )


@signed_in
def end(request: HttpRequest, affiliation_id: int) -> HttpResponse:
    """Ask, then end somebody's membership."""
    by = actor(request)
    found = affiliation_to_manage(affiliation_id, by)
    if request.method == "POST":
        end_affiliation(affiliation_id=affiliation_id, by=by, now=clock.now())
        messages.success(request, _("%s does not belong to it any more.") % found.person)
        return redirect("web:organisation", found.organisation_id)
    return _confirmed(
        request,
        found.organisation,
        title=_("End the membership of %s") % found.person,
        what=_(
            "They see its people and its applications no longer, unless they lead them. Awards and "
            "jobs go on. They may ask to join again."
        ),
    )


def _confirmed(
    request: HttpRequest, organisation: Organisation, *, title: str, what: str
) -> HttpResponse:
    confirm = Confirm(
        title=title,
        what=what,
        button=title,
        cancel_url=reverse("web:organisation", args=[organisation.pk]),
        facts=((_("Organisation"), name_in_readers_language(organisation)),),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


def _linked(row: Organisation) -> Link:
    return Link(name_in_readers_language(row), reverse("web:organisation", args=[row.pk]))


def _facts(row: Organisation) -> list[tuple[str, object]]:
    return [
        (_("Name in English"), row.name),
        (_("Name in Chinese"), row.name_zh),
        (_("Kind"), KINDS[OrganisationKind(row.kind)]),
        (_("Country or region"), row.place),
        (_("Register"), row.registry),
        (_("Number in that register"), row.registry_number),
        (_("Checked"), verified_badge(row.verified_at)),
    ]


def _people(request: HttpRequest, organisation_id: int, *, manages: bool) -> Table:
    """Who belongs to it, managers first; who manages it finds there what can be done."""
    change = Column("change", _("Change"), _changes_of, in_file=lambda _row: "")
    return Table(
        request,
        name="people",
        caption=_("People"),
        rows=members_of(organisation_id),
        columns=(
            Column("person", _("Name"), lambda row: str(row.person), sort="person__name"),
            Column("standing", _("Standing"), _standing, sort="-is_manager"),
            Column("since", _("Since"), lambda row: row.settled_at, sort="settled_at"),
            *((change,) if manages else ()),
        ),
        search=("person__name__icontains", "person__name_zh__icontains"),
        filters=(
            Filter(
                "standing",
                _("Standing"),
                [("1", _("Manager")), ("0", str(STANDINGS[AffiliationState.ACTIVE]))],
                lookup="is_manager",
            ),
        ),
    )


def _standing(row: Affiliation) -> Badge:
    return standing_badge(AffiliationState(row.state), is_manager=row.is_manager)


def _changes_of(row: Affiliation) -> str:
    name = {"name": row.person}
    links = [
        Link(
            _("End the membership of %(name)s") % name,
            reverse("web:affiliation-end", args=[row.pk]),
        )
    ]
    if not row.is_manager:
        url = reverse("web:affiliation-manager", args=[row.pk])
        links.insert(0, Link(_("Make %(name)s a manager") % name, url))
    return format_html_join(" · ", "{}", ((cell_html(link),) for link in links))
