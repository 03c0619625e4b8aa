"""What is set aside on a cluster: leases, what is closed, and what others reserved there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.enforcement.queries.aside import Whose, aside_visible_to
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.enforcement import aside_sentence

if TYPE_CHECKING:
    from praya.apps.enforcement.queries.aside import Aside

WHOSE: dict[Whose, Promise] = {
    Whose.LEASE: gettext_lazy("lease"),
    Whose.OPERATOR: gettext_lazy("out of service"),
    Whose.CLUSTER: gettext_lazy("maintenance planned on the cluster"),
    Whose.OTHERS: gettext_lazy("reserved by others"),
}


@signed_in
def cluster_aside(request: HttpRequest, code: str) -> HttpResponse:
    """Show each reservation with its nodes and days, and why one is not held."""
    found = aside_visible_to(actor(request), code, now=clock.now())
    table = Table(
        request,
        name="aside",
        caption=_("What is set aside"),
        rows=found.rows,
        columns=(
            Column("name", _("Name"), sort="name"),
            Column("whose", _("Whose"), lambda row: str(WHOSE[row.whose]), sort="whose"),
            Column("about", _("About")),
            Column("cards", _("Cards"), sort="cards", align="end"),
            Column("nodes", _("Machines"), lambda row: ", ".join(row.nodes)),
            Column("who", _("For"), lambda row: ", ".join(row.who)),
            Column("begins_at", _("From"), sort="begins_at"),
            Column("ends_at", _("Until")),
            Column("held", _("Held, or why not"), _held),
        ),
        search=("words",),
        filters=(
            Filter(
                "whose",
                _("Whose"),
                [(whose.value, str(words)) for whose, words in WHOSE.items()],
                keeps=lambda row, chosen: row.whose.value == chosen,
            ),
        ),
        empty=_("Nothing is set aside on this cluster."),
    )
    context = {"link": found.link, "cluster": found.link.cluster}
    return table.answer("web/clusters/aside.html", context)


def _held(row: Aside) -> str:
    if row.is_held:
        return _("yes")
    return aside_sentence(row.obstacle, row.said) or _("not yet")
