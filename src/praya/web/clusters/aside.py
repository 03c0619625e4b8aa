"""What is set aside on a cluster: leases, what is closed, and what others reserved there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.apps.enforcement.reserving import Whose, aside_visible_to
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.words import clock
from praya.words.enforcement import aside_sentence

WHOSE: dict[Whose, Promise] = {
    Whose.LEASE: _("lease"),
    Whose.OPERATOR: _("out of service"),
    Whose.CLUSTER: _("maintenance planned on the cluster"),
    Whose.OTHERS: _("reserved by others"),
}


@signed_in
def cluster_aside(request: HttpRequest, code: str) -> HttpResponse:
    """Show each reservation with its nodes and days, and why one is not held."""
    found = aside_visible_to(actor(request), code, now=clock.now())
    context = {
        "link": found.link,
        "cluster": found.link.cluster,
        "rows": [
            (row, WHOSE[row.whose], aside_sentence(row.obstacle, row.said)) for row in found.rows
        ],
    }
    return TemplateResponse(request, "web/clusters/aside.html", context)
