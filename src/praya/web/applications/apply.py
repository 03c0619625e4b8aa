"""The eligibility check, before any form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from praya.apps.applications.commands import begin_application
from praya.apps.applications.queries import (
    eligibility_for,
    eligibility_of_kind,
    my_applications,
)
from praya.apps.applications.rules import CaseState
from praya.apps.people.queries import organisations_of
from praya.apps.programmes.queries import calls_on, programme_in_force, today_in
from praya.apps.programmes.rules import NoRulesInForce
from praya.core.actor import Actor
from praya.core.programme.eligibility import Eligibility, Verdict
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.applications.badges import verdict_badge
from praya.web.applications.forms import CheckForm
from praya.words import clock
from praya.words.eligibility import OVERALL, excluded_sentence, facts_said, what_would_change
from praya.words.languages import in_readers_language
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.people.models import Affiliation


def apply_check(request: HttpRequest, programme_code: str, call_code: str) -> HttpResponse:
    """Answer the rules, read the verdict on each, and only then begin. Reading needs no account."""
    now = clock.now()
    by = actor(request)
    found = programme_in_force(programme_code, now)
    today = today_in(found.programme, now)
    if found.rules is None:
        raise NoRulesInForce(programme_code=programme_code, on=today)
    standings = [each for each in calls_on(found.rules, today) if each.call.code == call_code]
    if not standings:
        raise NotFound(kind="call", key=f"{programme_code}/{call_code}")
    affiliations = _affiliations(by)
    # The answers stand in the address: a result can be kept, sent on and come back to.
    form = CheckForm(request.GET or None, rules=found.rules, affiliations=affiliations)
    eligibility, refused = None, ""
    if form.is_valid():
        organisation_id = form.organisation_id
        if organisation_id is None:
            eligibility = eligibility_of_kind(programme_code, form.described, form.answers, now)
        else:
            eligibility = eligibility_for(programme_code, organisation_id, form.answers, now)
    if request.method == "POST" and form.is_valid() and form.organisation_id is not None:
        if not by.is_known:
            return redirect_to_login(request.get_full_path())
        try:
            application = begin_application(
                programme_code=programme_code,
                call_code=call_code,
                organisation_id=form.organisation_id,
                answers=form.answers,
                by=by,
                now=now,
            )
        except Refusal as refusal:
            refused = sentence_for(refusal)
        else:
            return redirect("web:application-edit", application.code)
    context = {
        "programme": found.programme,
        "name": in_readers_language(found.rules.name),
        "standing": standings[0],
        "title": in_readers_language(standings[0].call.title),
        "form": form,
        "affiliations": affiliations,
        "refused": refused,
        "drafts": _drafts(by, programme_code, call_code),
        "sign_in_next": request.get_full_path(),
        "is_known": by.is_known,
        **_verdicts(eligibility, form),
    }
    return TemplateResponse(request, "web/applications/apply.html", context)


def _affiliations(by: Actor) -> Sequence[Affiliation]:
    return list(organisations_of(by.person_id)) if by.person_id is not None else []


def _drafts(by: Actor, programme_code: str, call_code: str) -> Sequence[Any]:
    """Drafts that the reader has begun in this call already."""
    if not by.is_known:
        return []
    own = my_applications(by).filter(state=CaseState.DRAFT.value, call_code=call_code)
    return list(own.filter(programme__code=programme_code)[:5])


def _verdicts(eligibility: Eligibility | None, form: CheckForm) -> dict[str, Any]:
    if eligibility is None:
        return {"eligibility": None}
    may_go_on = eligibility.verdict in (Verdict.YES, Verdict.HUMAN)
    return {
        "eligibility": eligibility,
        "overall": OVERALL[eligibility.verdict]
        if eligibility.excluded_until is None
        else excluded_sentence(eligibility.excluded_until),
        "overall_badge": verdict_badge(eligibility.verdict),
        "answers": [
            {
                "badge": verdict_badge(each.verdict),
                "rule": in_readers_language(each.rule.text),
                "facts": facts_said(each),
                "change": what_would_change(each),
            }
            for each in eligibility.answers
        ],
        "may_begin": may_go_on and form.organisation_id is not None,
        "needs_organisation": may_go_on and form.organisation_id is None,
    }
