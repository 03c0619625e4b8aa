"""Praya's template tags: icons, values, badges, tables, charts, steps and form controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from praya.core.quantity import CardTime, Money
from praya.web.badges import Badge, Step
from praya.web.cells import cell_html
from praya.web.charts import BarChart, ColumnChart, FourNumbers
from praya.web.tables import Table
from praya.words import quantities
from praya.words.languages import (
    Named,
    Titled,
    in_readers_language,
    name_in_readers_language,
    title_in_readers_language,
)

register = template.Library()

_SELECTS = (forms.Select, forms.SelectMultiple)
_BOXES = (forms.RadioSelect, forms.CheckboxSelectMultiple)
_TAGS = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
_MESSAGE_ICONS = {
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "circle-x",
    "danger": "circle-x",
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of the sprite; it says nothing by itself, so a word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/tabler-icons/sprite.svg"),
        name,
    )


@register.simple_tag
def cell(value: Any) -> SafeString:  # noqa: ANN401 -- any value a page shows
    """A value by its kind: money, time, date, badge, link, yes or no, a dash for nothing."""
    return cell_html(value)


@register.filter
def title_of(work: Titled) -> str:
    """The title of an application or award, in the reader's language if it has one in it."""
    return title_in_readers_language(work)


@register.filter
def name_of(named: Named) -> str:
    """The name of an organisation, in the reader's language if it has one in it."""
    return name_in_readers_language(named)


@register.filter
def money(amount: Money) -> str:
    """Money with its currency."""
    return quantities.money(amount)


@register.filter
def money_in_short(amount: Money) -> str:
    """Money rounded for a heading."""
    return quantities.money_in_short(amount)


@register.filter
def card_hours(time: CardTime) -> str:
    """Accelerator time in card-hours."""
    return quantities.card_hours(time)


@register.filter
def duration(seconds: int) -> str:
    """Seconds in the two largest units."""
    return quantities.duration(seconds)


@register.filter
def percent(basis_points: int) -> str:
    """Ten-thousandths as per cent."""
    return quantities.percent(basis_points)


@register.filter
def in_words(text: Mapping[str, str]) -> str:
    """A text of a programme, such as its name, in the reader's language."""
    return in_readers_language(text)


@register.filter
def month(text: str) -> str:
    """``2026-03`` as the reader writes a month."""
    return quantities.month(text)


@register.filter
def language_tag(code: str) -> str:
    """The code of a language as HTML writes it."""
    return _TAGS.get(code, code)


@register.filter
def language_name_local(code: str) -> str:
    """The name of a language in itself."""
    return str(get_language_info(code)["name_local"])


@register.filter
def message_icon(level: str) -> str:
    """The icon beside a message."""
    return _MESSAGE_ICONS.get(level, "info-circle")


@register.simple_tag
def state(badge: Badge) -> SafeString:
    """A state as an icon and a word."""
    return cell_html(badge)


@register.inclusion_tag("web/components/table.html")
def data_table(table: Table) -> dict[str, Table]:
    """A list with search, filters, sorting, pages and export."""
    return {"table": table}


@register.simple_block_tag(end_name="endtable_of")
def table_of(  # noqa: PLR0913 -- each a part of one table
    content: str,
    *heads: str,
    caption: str = "",
    label: str = "",
    by: str = "",
    ends: str = "",
    classes: str = "table table-cards",
    more: str = "",
) -> SafeString:
    """Rows written out in a template, under their heads, where ``data_table`` would be too much.

    It is named by ``caption``, or by the heading whose id is ``by``. ``ends`` are the columns, from
    1, that stand at the end of their cells.
    """
    at_end = set(ends.split())
    columns = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        (
            (SafeString(' class="end"') if str(place) in at_end else "", head)
            for place, head in enumerate(heads, 1)
        ),
    )
    named = (
        format_html('aria-labelledby="{}"', by)
        if by
        else format_html('aria-label="{}"', label or caption)
    )
    told = format_html('<caption class="visually-hidden">{}</caption>', caption) if caption else ""
    return format_html(
        '<div class="{}" tabindex="0" role="region" {}><table class="{}">{}'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        f"table-scroll {more}".strip(),
        named,
        classes,
        told,
        columns,
        content,
    )


@register.inclusion_tag("web/components/bar_chart.html")
def bar_chart(chart: BarChart) -> dict[str, BarChart]:
    """Bars with their figures, and the figures as a table."""
    return {"chart": chart}


@register.inclusion_tag("web/components/column_chart.html")
def column_chart(chart: ColumnChart) -> dict[str, ColumnChart]:
    """Columns over time, and the figures as a table."""
    return {"chart": chart}


@register.inclusion_tag("web/components/four_numbers.html")
def four_numbers(four: FourNumbers) -> dict[str, FourNumbers]:
    """Settled, in flight, free and committed."""
    return {"four": four}


@register.inclusion_tag("web/components/steps.html")
def steps(stages: Iterable[Step], label: str) -> dict[str, Any]:
    """Where something stands on its way."""
    return {"steps": stages, "label": label}


@register.inclusion_tag("web/components/facts.html")
def facts(pairs: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Names and values, one under another."""
    return {"facts": pairs}


@register.inclusion_tag("web/components/figures.html")
def figures(heading: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> dict[str, Any]:
    """A short table under a heading with this id: names, and figures beside them."""
    _name, *labels = heads
    return {
        "heading": heading,
        "heads": heads,
        "rows": [(name, list(zip(labels, of, strict=True))) for name, *of in rows],
    }


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField) -> dict[str, BoundField]:
    """One field of a form with label, help and errors."""
    return {"field": bound}


@register.inclusion_tag("web/components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, forms.BaseForm]:
    """The summary of a form's errors, each leading to its field."""
    return {"form": form}


@register.filter
def control(bound: BoundField) -> SafeString:
    """The control of a field in the look of the page."""
    widget = bound.field.widget
    widget.attrs.pop("placeholder", None)  # it vanishes when one types; labels and hints stay
    if isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    elif isinstance(widget, _BOXES):
        return bound.as_widget()
    elif isinstance(widget, _SELECTS):
        name = "form-select"
    else:
        name = "form-control"
    given = widget.attrs.get("class", "")
    return bound.as_widget(attrs={"class": f"{name} {given}".strip()})


@register.filter
def control_kind(bound: BoundField) -> str:
    """``check`` for one tick box, ``wide`` for a text of many lines, else nothing."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "wide" if isinstance(widget, forms.Textarea) else ""


@register.filter
def options(bound: BoundField) -> Iterable[Any]:
    """The choices of radio buttons or tick boxes."""
    if not isinstance(bound.field.widget, _BOXES):
        return []
    bound.field.widget.attrs.setdefault("class", "form-check-input")
    return list(bound.subwidgets)


@register.filter
def anchor(bound: BoundField) -> str:
    """The id to which an error leads: the first control of the field."""
    return bound.id_for_label or f"{bound.auto_id}_0"
