"""How an award stands and where it is heading."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from praya.apps.awards.queries import award_of
from praya.apps.forecasts.queries import expected_run_outs
from praya.apps.notices.queries import outlook_of
from praya.apps.programmes.queries import today_in
from praya.apps.usage.queries import held_cards
from praya.core.metering import BURN_DAYS
from praya.core.quantity import device_model_of
from praya.web.actors import actor
from praya.web.charts import Bar, ColumnChart
from praya.web.guards import signed_in
from praya.web.reports.why import outlook_url
from praya.words import clock
from praya.words.devices import device_names
from praya.words.entries import quantity_text
from praya.words.leases import held_sentence
from praya.words.notices import kept_sentence, run_out_sentence, used_sentence
from praya.words.quantities import number


@signed_in
def outlook(request: HttpRequest, code: str) -> HttpResponse:
    """Each commodity of an award: how much is used, is kept back, and when it will be gone."""
    now = clock.now()
    award = award_of(code, actor(request))
    found = outlook_of(award, now)
    today = today_in(award.programme, now)
    devices = device_names()
    outlooks = []
    for at, one in enumerate(found.outlooks):
        commodity = one.numbers.commodity
        model = device_model_of(commodity)
        bars = [
            Bar(_("Day %s") % number(day), amount, quantity_text(commodity, amount))
            for day, amount in enumerate(one.daily, start=1)
        ]
        outlooks.append(
            {
                "title": devices.get(model, model) if model else commodity,
                "used": used_sentence(one),
                "run_out": run_out_sentence(one, found.last_on, today),
                "kept": kept_sentence(one, found.last_on, today),
                "why": outlook_url(code, "burn", commodity=commodity),
                "chart": _chart(at, bars) if any(one.daily) else None,
            }
        )
    currency = award.programme.currency
    context = {
        "award": award,
        "outlooks": outlooks,
        "leases": [
            (
                held_sentence(one, currency),
                [
                    (outlook_url(code, of, line=one.line), said)
                    for of, said in (
                        ("idle-list", _("Why this cost")),
                        ("idle-own", _("Why this own share")),
                    )
                    if one.idle_s
                ],
            )
            for one in held_cards(award.code)
        ],
        "days": BURN_DAYS,
        "forecast": expected_run_outs(award, found.lines, now),
    }
    return TemplateResponse(request, "web/notices/outlook.html", context)


def _chart(at: int, bars: list[Bar]) -> ColumnChart:
    return ColumnChart(
        id=f"burn-{at}",
        title=_("Used by day, up to yesterday"),
        bars=bars,
        label_head=_("Day"),
        value_head=_("Used"),
    )
