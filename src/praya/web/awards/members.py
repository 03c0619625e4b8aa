"""Members of an award: added by address, removed after asking."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.awards.commands import add_member, remove_member
from praya.apps.awards.queries import award_standing, member_to_remove
from praya.apps.awards.rules import MemberRole
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.awards.forms import MemberForm
from praya.web.awards.pages import ROLES_BY_VALUE
from praya.web.badges import Confirm, Link
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.refusals import sentence_for


@signed_in
def members(request: HttpRequest, code: str) -> HttpResponse:
    """The members, and the form that adds one for those who may."""
    reader = actor(request)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = add_member(
                code=code,
                email=given["email"],
                role=MemberRole(given["role"]),
                by=reader,
                now=clock.now(),
            )
        except NotAllowed:
            raise  # the form is not theirs to see
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(
                request,
                _("%(person)s may run jobs under %(award)s now.")
                % {"person": made.person, "award": code},
            )
            return redirect("web:award-members", code)
    standing = award_standing(code, reader)
    rows = [
        {
            "person": str(member.person),
            "email": member.person.email,
            "role": member.role,
            "since": member.since,
            "removal": Link(
                _("Remove %(person)s") % {"person": member.person},
                reverse("web:member-remove", args=[member.pk]),
            )
            if member.role != MemberRole.LEAD.value
            and (standing.keeps_members or member.person_id == reader.person_id)
            else "",
        }
        for member in standing.members
    ]
    roles = [(role.value, str(ROLES_BY_VALUE[role.value])) for role in MemberRole]
    table = Table(
        request,
        name="members",
        caption=_("Who may run jobs"),
        rows=rows,
        columns=(
            Column("person", _("Person"), sort="person"),
            Column("email", _("E-mail address"), sort="email"),
            Column("role", _("Role"), lambda row: str(ROLES_BY_VALUE[row["role"]]), sort="role"),
            Column("since", _("Since"), sort="since"),
            Column("removal", _("Change"), in_file=lambda _row: ""),
        ),
        search=("words",),
        filters=(
            Filter("role", _("Role"), roles, keeps=lambda row, chosen: bool(row["role"] == chosen)),
        ),
    )
    context = {
        "award": standing.award,
        "keeps_members": standing.keeps_members,
        "form": form,
    }
    return table.answer("web/awards/members.html", context)


@signed_in
def remove(request: HttpRequest, member_id: int) -> HttpResponse:
    """End a membership, after asking."""
    reader = actor(request)
    member = member_to_remove(member_id, reader)
    code = member.award.code
    if request.method == "POST":
        remove_member(member_id=member_id, by=reader, now=clock.now())
        messages.success(request, _("%s runs no more jobs under this award.") % member.person)
        if member.person_id == reader.person_id:
            return redirect("web:award-list")
        return redirect("web:award-members", code)
    confirm = Confirm(
        title=_("Remove %(person)s from %(award)s") % {"person": member.person, "award": code},
        what=_("They submit no more jobs under the award. Jobs under way go on."),
        button=_("Remove"),
        cancel_url=reverse("web:award-members", args=[code]),
        facts=((_("Role"), ROLES_BY_VALUE[member.role]), (_("Member since"), member.since)),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})
