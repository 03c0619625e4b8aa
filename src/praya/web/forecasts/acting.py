"""Cancel, keep and forget a forecast; each asks first."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.forecasts.access import check_may_change
from praya.apps.forecasts.commands import cancel_forecast, forget_forecast, keep_forecast
from praya.apps.forecasts.queries import forecast_of
from praya.apps.forecasts.rules import NAME_MAX
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm
from praya.web.forecasts.badges import forecast_badge
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.refusals import sentence_for


class KeepForm(forms.Form):
    """Under which name a forecast is kept."""

    def __init__(self, given: object, name: str) -> None:
        super().__init__(given or None)  # type: ignore[arg-type]  # the fields of a request
        self.fields["name"] = forms.CharField(
            label=_("Name"), max_length=NAME_MAX, initial=name, required=False
        )


@signed_in
def forecast_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Do not answer a forecast any more."""
    confirm = _confirm(
        request,
        code,
        title=_("Cancel %s") % code,
        what=_("It will not be answered. What was run so far is thrown away."),
        button=_("Cancel the forecast"),
    )
    return _asked(request, code, confirm, _cancel)


@signed_in
def forecast_keep(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a forecast under a name."""
    confirm = _confirm(
        request,
        code,
        title=_("Keep %s") % code,
        what=_("What it said is held against what happens, and its score is shown."),
        button=_("Keep it"),
        is_grave=False,
    )
    form = KeepForm(request.POST, forecast_of(code, actor(request)).name)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        return _asked(request, code, confirm, lambda one, which: _keep(one, which, name))
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


@signed_in
def forecast_forget(request: HttpRequest, code: str) -> HttpResponse:
    """Remove what a forecast stood on and said."""
    confirm = _confirm(
        request,
        code,
        title=_("Forget %s") % code,
        what=_(
            "Its question, answer and scores are removed. That it was asked, by whom and when, "
            "stays. This cannot be taken back."
        ),
        button=_("Forget it"),
    )
    return _asked(request, code, confirm, _forget)


def _cancel(request: HttpRequest, code: str) -> None:
    cancel_forecast(code=code, by=actor(request), now=clock.now())
    messages.success(request, _("%s is cancelled.") % code)


def _keep(request: HttpRequest, code: str, name: str) -> None:
    keep_forecast(code=code, name=name, by=actor(request), now=clock.now())
    messages.success(request, _("%s is kept.") % code)


def _forget(request: HttpRequest, code: str) -> None:
    forget_forecast(code=code, by=actor(request), now=clock.now())
    messages.success(request, _("%s is forgotten.") % code)


def _confirm(  # noqa: PLR0913 -- the words of one question
    request: HttpRequest, code: str, *, title: str, what: str, button: str, is_grave: bool = True
) -> Confirm:
    found = forecast_of(code, actor(request))
    check_may_change(actor(request), found)
    return Confirm(
        title=title,
        what=what,
        button=button,
        cancel_url=reverse("web:forecast", args=[code]),
        facts=((_("Name"), found.name), (_("State"), forecast_badge(found.state))),
        is_grave=is_grave,
    )


def _asked(
    request: HttpRequest,
    code: str,
    confirm: Confirm,
    act: Callable[[HttpRequest, str], None],
) -> HttpResponse:
    if request.method == "POST":
        try:
            act(request, code)
        except Refusal as refusal:
            messages.error(request, sentence_for(refusal))
        return redirect("web:forecast", code)
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})
