"""The officer's page of a case's reviews: who is asked, how far they are, closing the stage."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaksbr
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from praya.apps.applications.rules import PROPOSABLE
from praya.apps.awards.access import may_propose
from praya.apps.reviews.commands import assign_reviewer, close_review_stage, withdraw_review
from praya.apps.reviews.queries import (
    Candidate,
    DeskPage,
    ReviewRecord,
    desk_page,
    review_for_desk,
)
from praya.apps.reviews.rules import MAY_BE_WITHDRAWN, ConflictKind
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Confirm, Tone
from praya.web.cells import cell_html
from praya.web.guards import signed_in
from praya.web.reviews.badges import result_badge, state_badge
from praya.web.reviews.forms import AssignForm, CloseForm
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.quantities import number
from praya.words.refusals import sentence_for
from praya.words.reviews import GROUNDS, amount, in_percent
from praya.words.series import listed


@signed_in
def reviews(request: HttpRequest, code: str) -> HttpResponse:
    """The reviews of a case with what came of them."""
    page = desk_page(code, actor(request))
    # Kept from a reader who was signed out: only one of the two forms was being filled.
    asks = "person_id" in request.POST
    return _page(
        request,
        page,
        assign_form=AssignForm(request.POST, _people(page.candidates)) if asks else None,
        close_form=CloseForm(request.POST) if request.POST and not asks else None,
    )


@signed_in
@require_POST
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Ask somebody for a review."""
    page = desk_page(code, actor(request))
    form = AssignForm(request.POST, _people(page.candidates))
    if form.is_valid():
        try:
            made = assign_reviewer(
                application_code=code,
                person_id=form.cleaned_data["person_id"],
                due_on=form.cleaned_data["due_on"],
                by=actor(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("%s is asked for a review.") % made.reviewer)
            return redirect("web:application-reviews", code)
    return _page(request, page, assign_form=form)


@signed_in
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Send the case on to be decided."""
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            close_review_stage(
                application_code=code,
                note=form.cleaned_data["note"],
                by=actor(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(
                request, _("The reviews of %s are closed; it is to be decided.") % code
            )
            return redirect("web:application-reviews", code)
    return _page(request, desk_page(code, actor(request)), close_form=form)


@signed_in
def withdraw(request: HttpRequest, review_id: int) -> HttpResponse:
    """Take a review from its reviewer, after asking."""
    found = review_for_desk(review_id, actor(request))
    code = found.application.code
    if request.method == "POST":
        withdraw_review(review_id=review_id, by=actor(request), now=clock.now())
        messages.success(request, _("The review of %s is withdrawn.") % found.reviewer)
        return redirect("web:application-reviews", code)
    confirm = Confirm(
        title=_("Withdraw the review of %s") % found.reviewer,
        what=_(
            "It no longer counts, and the application is closed to them. You may ask them again."
        ),
        button=_("Withdraw the review"),
        cancel_url=reverse("web:application-reviews", args=[code]),
        facts=((_("Application"), code), (_("State"), state_badge(found.state))),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


def _page(
    request: HttpRequest,
    page: DeskPage,
    *,
    assign_form: AssignForm | None = None,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    result = page.result
    context = {
        "application": page.application,
        "is_open": page.is_open,
        "may_propose": may_propose(actor(request), page.application)
        and page.application.state in PROPOSABLE,
        "facts": [
            (
                _("Reviews submitted"),
                _("%(submitted)s of %(needed)s needed")
                % {"submitted": number(result.reviews), "needed": number(result.reviews_needed)},
            ),
            (_("Weighted mark"), in_percent(result.mark)),
            (_("Reviewers apart"), in_percent(result.spread)),
            (_("Result"), result_badge(result)),
        ],
        "candidates": [(one, _hindrance(one)) for one in page.candidates],
        "assign_form": assign_form or AssignForm(None, _people(page.candidates)),
        "close_form": close_form or CloseForm(),
        "today": timezone.localdate(clock.now()),
    }
    return _table(request, page).answer("web/reviews/desk.html", context)


def _table(request: HttpRequest, page: DeskPage) -> Table:
    """The reviews; what leads on from the list leads to its own page, also after a form."""
    change = Column("change", _("Change"), in_file=lambda _row: "")
    table = Table(
        request,
        name="reviews",
        caption=_("Reviews"),
        rows=[_row(record, page) for record in page.reviews],
        columns=(
            Column("reviewer", _("Reviewer"), sort="reviewer"),
            Column("state", _("State"), in_file=lambda row: row["state_in_words"]),
            Column("due_on", _("Wanted by"), sort="due_on"),
            Column("recommends", _("Recommends")),
            Column("comments", _("Comments"), in_file=lambda row: row["comment"]),
            Column("to_desk", _("To the desk"), only_in_file=True),
            *([change] if page.is_open else []),
        ),
        search=("reviewer",),
        empty=_("Nobody is asked for a review yet."),
    )
    table.path = reverse("web:application-reviews", args=[page.application.code])
    return table


def _row(record: ReviewRecord, page: DeskPage) -> dict[str, Any]:
    review = record.review
    badge = state_badge(review.state)
    why = " ".join(filter(None, (_ground(record), review.conflict_note)))
    return {
        "reviewer": str(review.reviewer),
        "state": format_html('{}<br><span class="quiet">{}</span>', cell_html(badge), why)
        if why
        else badge,
        "state_in_words": f"{badge.label}. {why}" if why else badge.label,
        "due_on": review.due_on,
        "recommends": listed(amount(given) for given in record.recommended.values()),
        "comments": _comments(record),
        "comment": review.comment,
        "to_desk": review.comment_to_desk,
        "change": _withdrawing(record) if page.is_open else "",
    }


def _comments(record: ReviewRecord) -> SafeString:
    """What the applicant reads, then what the desk alone does, and whether it still counts."""
    review = record.review
    parts = [linebreaksbr(review.comment)] if review.comment else []
    quiet = '<span class="quiet">{} {}</span>'
    if review.comment_to_desk:
        parts.append(format_html(quiet, _("To the desk:"), linebreaksbr(review.comment_to_desk)))
    if not record.is_of_latest:
        parts.append(format_html(quiet, _("Of an earlier submission."), ""))
    return SafeString("<br>".join(parts))


def _withdrawing(record: ReviewRecord) -> SafeString | str:
    """Where to withdraw it, while that may be done."""
    if record.review.state not in MAY_BE_WITHDRAWN:
        return ""
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        reverse("web:review-withdraw", args=[record.review.pk]),
        _("Withdraw"),
        record.review.reviewer,
    )


def _people(candidates: list[Candidate]) -> list[tuple[str, str]]:
    return [
        (str(one.person.pk), str(one.person))
        for one in candidates
        if not one.is_of_same_organisation and not one.is_assigned
    ]


def _hindrance(candidate: Candidate) -> Badge:
    if candidate.is_of_same_organisation:
        return Badge(_("Same organisation"), Tone.WARN)
    if candidate.is_assigned:
        return Badge(_("Asked already"), Tone.PLAIN)
    return Badge(_("May be asked"), Tone.GOOD)


def _ground(record: ReviewRecord) -> str:
    """The ground of a conflict that was declared."""
    declared = record.review.conflict
    if declared in {"", ConflictKind.NONE.value}:
        return ""
    return str(GROUNDS[ConflictKind(declared)])
