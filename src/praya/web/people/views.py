"""A person's own pages: profile and access tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from praya.apps.people.commands import make_token, revoke_token, update_profile
from praya.apps.people.queries import affiliations_of, person_by_id, tokens_of
from praya.apps.people.rules import AffiliationState, TokenScope
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Confirm, Link, Tone
from praya.web.guards import signed_in
from praya.web.once import acting_once, secret_sent_before
from praya.web.people.badges import standing_badge
from praya.web.people.forms import ProfileForm, TokenForm
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.languages import name_in_readers_language
from praya.words.people import SCOPES
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.people.models import Token


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own names and language."""
    by = actor(request)
    assert by.person_id is not None
    person = person_by_id(by.person_id)
    was = {"name": person.name, "name_zh": person.name_zh, "language": person.language}
    form = ProfileForm(request.POST or None, initial=was)
    if request.method == "POST" and form.is_valid():
        try:
            update_profile(**form.cleaned_data, by=by, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("Your profile has been saved."))
            return redirect("web:profile")
    belongs = [
        (
            Link(
                name_in_readers_language(each.organisation),
                reverse("web:organisation", args=[each.organisation_id]),
            ),
            standing_badge(AffiliationState(each.state), is_manager=each.is_manager),
        )
        for each in affiliations_of(by.person_id)
    ]
    context = {"form": form, "person": person, "affiliations": belongs}
    return TemplateResponse(request, "web/people/profile.html", context)


@never_cache
@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens and make a new one; its secret is in this one answer and nowhere else."""
    by = actor(request)
    assert by.person_id is not None
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            with acting_once(request) as sending:
                if sending.is_repeated:
                    return secret_sent_before(request, sending)
                _token, secret = make_token(
                    person_id=by.person_id, **form.cleaned_data, by=by, now=clock.now()
                )
                sending.answer = reverse("web:tokens")
        except Refusal as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            form = TokenForm()
    table = _token_table(request, by.person_id)
    context = {"form": form, "secret": secret}
    return table.answer("web/people/tokens.html", context)


@signed_in
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ask, then end a token at once."""
    by = actor(request)
    if request.method == "POST":
        revoke_token(token_id=token_id, by=by, now=clock.now())
        messages.success(request, _("The token has been revoked. What used it is refused now."))
        return redirect("web:tokens")
    assert by.person_id is not None
    token = tokens_of(by.person_id).filter(pk=token_id).first()
    if token is None:
        raise NotFound(kind="token", key=token_id)
    confirm = Confirm(
        title=_("Revoke this token?"),
        what=_(
            "Whatever uses it is refused from then on, and so is what uses a token made with it. "
            "This cannot be undone."
        ),
        button=_("Revoke the token"),
        cancel_url=reverse("web:tokens"),
        facts=((_("What it is for"), token.name), (_("It begins with"), token.prefix)),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


def _token_table(request: HttpRequest, person_id: int) -> Table:
    now = clock.now()

    def standing(token: Token) -> Badge:
        if token.revoked_at is not None:
            return Badge(_("Revoked"), Tone.PLAIN, "ban")
        if token.expires_at <= now:
            return Badge(_("Expired"), Tone.PLAIN, "clock")
        return Badge(_("Works"), Tone.GOOD)

    def revoking(token: Token) -> Link | None:
        works = token.revoked_at is None and token.expires_at > now
        return Link(_("Revoke"), reverse("web:token-revoke", args=[token.pk])) if works else None

    return Table(
        request,
        name="tokens",
        caption=_("Your access tokens"),
        rows=tokens_of(person_id),
        columns=(
            Column("name", _("What it is for"), sort="name"),
            Column("prefix", _("It begins with")),
            Column("scope", _("May"), lambda token: SCOPES[TokenScope(token.scope)]),
            Column("standing", _("Standing"), standing),
            Column("expires_at", _("Expires"), sort="expires_at"),
            Column("last_used_on", _("Last used")),
            Column("revoke", _("Action"), revoking),
        ),
        sort="-expires_at",
        empty=_("You have no access tokens. Make one to use the API or the terminal."),
        can_export=False,
    )
