"""Own shares that are paid before use are asked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.commands import issue_ahead
from praya.apps.billing.queries import to_ask_ahead
from praya.apps.programmes.queries import programme_of
from praya.core.quantity import Money
from praya.web.actors import actor
from praya.web.badges import Confirm
from praya.web.guards import signed_in
from praya.words import quantities
from praya.words.clock import now


@signed_in
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, then issue the invoices of the parts that are next."""
    by = actor(request)
    programme = programme_of(code)
    check_may_bill(by, code, action="invoice.issue")
    if request.method == "POST":
        issued = issue_ahead(programme_code=code, by=by, now=now())
        said = ngettext("%s invoice issued.", "%s invoices issued.", len(issued))
        messages.info(request, said % quantities.number(len(issued)))
        return redirect("web:invoice-list", code)
    due = to_ask_ahead(code)
    confirm = Confirm(
        title=_("Ask for own shares before use"),
        what=_(
            "Each running award whose own share is paid before use, and whose next part is not "
            "asked for, gets an invoice for that part by mail. Once it is paid, as much of its "
            "card-hours opens."
        ),
        button=_("Issue"),
        cancel_url=reverse("web:invoice-list", args=[code]),
        facts=(
            (_("Invoices"), len(due)),
            *(
                (
                    _("%(award)s, part %(part)s of %(parts)s")
                    % {"award": one.award_code, "part": one.part, "parts": one.parts},
                    one.own,
                )
                for one in due
            ),
            (_("Own share"), Money(sum(one.own.minor for one in due), programme.currency)),
        ),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})
