"""A reviewer's pages: what is to do, the declaration, the marks."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from praya.apps.reviews.commands import declare_conflict, save_review, submit_review
from praya.apps.reviews.queries import ReviewPage, review_of, reviews_by
from praya.apps.reviews.rules import ConflictKind, ReviewState
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.web.reviews.badges import state_badge
from praya.web.reviews.forms import DeclareForm, MarkForm
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.languages import (
    in_readers_language,
    name_in_readers_language,
    title_in_readers_language,
)
from praya.words.quantities import number
from praya.words.refusals import sentence_for
from praya.words.reviews import STATES, amount


@signed_in
def review_list(request: HttpRequest) -> HttpResponse:
    """Every review the reader was asked for."""
    table = Table(
        request,
        name="reviews",
        caption=_("Your reviews"),
        rows=reviews_by(actor(request)),
        columns=(
            Column(
                "application",
                _("Application"),
                lambda row: Link(row.application.code, reverse("web:review", args=[row.pk])),
                sort="application__code",
            ),
            Column("title", _("Title"), lambda row: title_in_readers_language(row.application)),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.application.organisation),
            ),
            Column("state", _("State"), lambda row: state_badge(row.state), sort="state"),
            Column("due_on", _("Wanted by"), sort="due_on"),
            Column("submitted_at", _("Submitted"), sort="submitted_at"),
        ),
        fields=(
            "state",
            "due_on",
            "submitted_at",
            *(f"application__{name}" for name in ("code", "title", "title_zh")),
            *(f"application__organisation__{name}" for name in ("name", "name_zh")),
        ),
        search=("application__code__icontains", "application__title__icontains"),
        filters=(
            Filter(
                "state",
                _("State"),
                [(state.value, str(words)) for state, words in STATES.items()],
                lookup="state",
            ),
        ),
        empty=_("Nobody has asked you for a review yet. When somebody does, it stands here."),
    )
    return table.answer("web/reviews/list.html")


@signed_in
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One review: the declaration first, then the marks; as it was once it is submitted."""
    page = review_of(review_id, actor(request))
    if page.record.review.state != ReviewState.OPEN.value or page.case is None:
        to_declare = page.record.review.state == ReviewState.TO_DECLARE.value
        declare_form = DeclareForm(request.POST or None) if to_declare else None
        return _page(request, page, declare_form=declare_form)
    form = MarkForm(request.POST or None, page.case, page.record)
    if request.method != "POST" or not form.is_valid():
        return _page(request, page, form=form)
    try:
        revision = _save(request, page, form)
    except Refusal as refusal:
        form.add_error(None, sentence_for(refusal))
        return _page(request, page, form=form)
    if "submit" in request.POST:
        return _submit(request, review_id, revision)
    messages.success(request, _("The review is saved. Only you see it until you submit it."))
    return redirect("web:review", review_id)


def _submit(request: HttpRequest, review_id: int, revision: int) -> HttpResponse:
    """Submit what was saved; if something is missing, the form goes on from there."""
    try:
        submit_review(review_id=review_id, revision=revision, by=actor(request), now=clock.now())
    except Refusal as refusal:
        page = review_of(review_id, actor(request))
        if page.case is None:
            raise
        form = MarkForm(_with_revision(request, revision), page.case, page.record)
        form.add_error(None, sentence_for(refusal))
        return _page(request, page, form=form)
    messages.success(request, _("The review is submitted. Thank you."))
    return redirect("web:review", review_id)


@signed_in
@require_POST
def declare(request: HttpRequest, review_id: int) -> HttpResponse:
    """Deny or declare a conflict of interest."""
    form = DeclareForm(request.POST)
    if form.is_valid():
        try:
            declare_conflict(
                review_id=review_id,
                kind=form.answer,
                note=form.cleaned_data["note"],
                by=actor(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            if form.answer is ConflictKind.NONE:
                messages.success(request, _("The application is open to you now."))
            else:
                messages.info(
                    request,
                    _("Your conflict is noted, and the application stays closed to you."),
                )
            return redirect("web:review", review_id)
    return _page(request, review_of(review_id, actor(request)), declare_form=form)


@signed_in
@require_POST
def save(request: HttpRequest, review_id: int) -> HttpResponse:
    """Keep what is typed, as the page does by itself."""
    page = review_of(review_id, actor(request))
    if page.case is None:
        return JsonResponse({"words": _("The review is closed.")}, status=HTTPStatus.CONFLICT)
    form = MarkForm(request.POST, page.case, page.record)
    if not form.is_valid():
        return JsonResponse({}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        revision = _save(request, page, form)
    except Refusal as refusal:
        return JsonResponse({"words": sentence_for(refusal)}, status=HTTPStatus.CONFLICT)
    at = date_format(timezone.localtime(clock.now()), "TIME_FORMAT")
    return JsonResponse({"revision": revision, "words": _("Saved at %s.") % at})


def _save(request: HttpRequest, page: ReviewPage, form: MarkForm) -> int:
    saved = save_review(
        review_id=page.record.review.pk,
        marks=form.marks,
        recommended=form.recommended,
        comment=form.cleaned_data["comment"],
        comment_to_desk=form.cleaned_data["comment_to_desk"],
        revision=form.cleaned_data["revision"],
        by=actor(request),
        now=clock.now(),
    )
    return saved.revision


def _with_revision(request: HttpRequest, revision: int) -> QueryDict:
    given = request.POST.copy()
    given["revision"] = str(revision)
    return given


def _page(
    request: HttpRequest,
    page: ReviewPage,
    *,
    form: MarkForm | None = None,
    declare_form: DeclareForm | None = None,
) -> HttpResponse:
    record = page.record
    context = {
        "review": record.review,
        "record": record,
        "case": page.case,
        "badge": state_badge(record.review.state),
        "form": form,
        "declare_form": declare_form,
        "conflict_form": DeclareForm() if form else None,
        "marks": _marks(page),
        "amounts": [
            (_("Line %s") % line, amount(given)) for line, given in record.recommended.items()
        ],
    }
    return TemplateResponse(request, "web/reviews/review.html", context)


def _marks(page: ReviewPage) -> list[tuple[str, str, str]]:
    """The marks of a submitted review: criterion, points, comment."""
    if page.case is None:
        return []
    names = {one.code: in_readers_language(one.name) for one in page.case.rules.scoring.criteria}
    return [
        (names.get(code, code), "–" if mark.points is None else number(mark.points), mark.comment)
        for code, mark in page.record.marks.items()
    ]
