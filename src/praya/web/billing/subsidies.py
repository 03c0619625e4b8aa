"""What organisations were granted over the years, in every programme of the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.awards.queries import (
    Received,
    awards_in_window,
    organisation_named,
    received_in_window,
)
from praya.apps.books.access import may_read_book
from praya.apps.programmes.queries import programme_in_force
from praya.core.actor import Actor, Role
from praya.core.programme.money import Window
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound
from praya.web.actors import actor
from praya.web.awards.badges import state_badge
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.tables import Column, Table
from praya.words import quantities
from praya.words.clock import now
from praya.words.languages import in_readers_language, in_readers_script
from praya.words.organisations import KINDS

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme

_YEARS = 3  # shown where the rules have no window


@signed_in
def of_site(request: HttpRequest, code: str) -> HttpResponse:
    """Organisations with the subsidy of the last years, the most first."""
    looked = _looked(code, actor(request))
    table = Table(
        request,
        name="subsidies",
        caption=_("Subsidy by organisation"),
        rows=received_in_window(looked.years, looked.today, looked.zone),
        columns=(
            Column(
                "organisation",
                _("Organisation"),
                lambda row: Link(
                    in_readers_script(row.organisation, row.organisation_zh),
                    reverse("web:subsidies-of", args=[code, row.organisation_id]),
                ),
                sort="organisation",
            ),
            Column("kind", _("Kind"), lambda row: str(KINDS[row.kind])),
            Column("awards", _("Awards"), sort="awards", align="end"),
            Column("subsidy", _("Subsidy"), lambda row: row.subsidy, align="end"),
            Column("left", _("Left"), looked.left, align="end"),
            Column("last_at", _("Latest accepted"), sort="last_at"),
        ),
        search=("organisation",),
        empty=_("Nobody has accepted an award in these years."),
    )
    return table.answer("web/billing/subsidies.html", {"looked": looked})


@signed_in
def of_organisation(request: HttpRequest, code: str, organisation_id: int) -> HttpResponse:
    """The awards behind what one organisation was granted."""
    looked = _looked(code, actor(request))
    organisation = organisation_named(organisation_id)
    if organisation is None:
        raise NotFound(kind="organisation", key=str(organisation_id))
    table = Table(
        request,
        name=f"subsidies-{organisation_id}",
        caption=_("Awards"),
        rows=awards_in_window(organisation_id, looked.years, looked.today, looked.zone),
        columns=(
            Column("code", _("Award"), sort="code"),
            Column(
                "programme",
                _("Programme"),
                lambda row: in_readers_language(row.programme.name),
                sort="programme__code",
            ),
            Column("state", _("State"), lambda row: state_badge(row.state)),
            Column("accepted_at", _("Accepted"), sort="accepted_at"),
            Column(
                "subsidy",
                _("Subsidy"),
                lambda row: Money(row.subsidy_minor, row.programme.currency),
                sort="subsidy_minor",
                align="end",
            ),
        ),
        sort="-accepted_at",
        empty=_("Nothing was accepted in these years."),
    )
    received = received_in_window(
        looked.years, looked.today, looked.zone, organisation_ids=[organisation_id]
    )
    context = {
        "looked": looked,
        "organisation": organisation,
        "facts": [fact for row in received for fact in looked.facts(row)],
    }
    return table.answer("web/billing/subsidies_of.html", context)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a page of subsidies counts under."""

    programme: Programme
    years: int
    ceiling: Money | None
    today: date
    zone: ZoneInfo

    @property
    def lead(self) -> str:
        """What is counted, in words."""
        return ngettext(
            "Subsidy of awards accepted in the last %s year, in every programme here.",
            "Subsidy of awards accepted in the last %s years, in every programme here.",
            self.years,
        ) % quantities.number(self.years)

    def facts(self, row: Received) -> list[tuple[str, object]]:
        """What an organisation received in one currency, and what is left under the ceiling."""
        told: list[tuple[str, object]] = [(_("Subsidy"), row.subsidy), (_("Left"), self.left(row))]
        return [(label, value) for label, value in told if value != ""]

    def left(self, row: Received) -> Badge | str:
        """What an organisation may still be granted; a dash where no ceiling counts it."""
        ceiling, subsidy = self.ceiling, row.subsidy
        if ceiling is None or subsidy.currency != ceiling.currency:
            return ""
        if ceiling < subsidy:
            return Badge(_("Over the ceiling"), Tone.BAD)
        return quantities.money(ceiling - subsidy)


def _looked(code: str, by: Actor) -> _Looked:
    found = programme_in_force(code, now())
    if not may_read_book(by, code):
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)
    window: Window | None = found.rules.subsidy.window if found.rules else None
    zone = ZoneInfo(found.programme.time_zone)
    ceiling = found.rules.money(window.ceiling) if found.rules and window else None
    return _Looked(
        programme=found.programme,
        years=window.years if window else _YEARS,
        ceiling=ceiling,
        today=now().astimezone(zone).date(),
        zone=zone,
    )
