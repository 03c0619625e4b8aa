"""Lists that search, filter, sort, page and export, with and without JavaScript.

A view makes a ``Table`` and returns ``table.answer(template, context)``; the template says
``{% data_table table %}``. A list costs two queries whatever it holds: its length and its page.
How to use it: docs/contributing/pages.md.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import islice
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.web.cells import cell_csv, cell_html, cell_text
from praya.web.rows import with_fields
from praya.web.table_parts import Cell, FilterControl, Head
from praya.words import quantities

PAGE_ROWS = 25
# Rows of a queryset are counted as far as this: nobody reads further, and counting costs.
COUNT_MAX = 1_000
FILE_ROWS = 2000
QUERY_LENGTH_MAX = 100

Value = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``value`` reads a row (its attribute ``key`` by default) into what a cell shows.

    ``sort`` is what a queryset is ordered by, or ``key`` of a list's rows; empty: not sortable.
    ``in_file`` reads a row for the CSV file where that should differ from the page; a column that
    is ``only_in_file`` says in full what the page says in short.
    """

    key: str
    label: str
    value: Value | None = None
    sort: str = ""
    align: str = "start"
    in_file: Value | None = None
    only_in_file: bool = False

    def of(self, row: Any) -> Any:  # noqa: ANN401 -- rows are of every kind
        """What the cell of a row shows."""
        if self.value is not None:
            return self.value(row)
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice that narrows the list: ``lookup`` for a queryset, ``keeps`` for a list's rows."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    lookup: str = ""
    keeps: Callable[[Any, str], bool] | None = None


class Table:
    """A list as one request asks for it.

    ``rows`` is a queryset or a sequence; a queryset is searched by the lookups in ``search``, a
    sequence by the words in its cells when ``search`` is given at all. ``fields`` are all that
    cells and ``prepare`` read of a queryset's rows, as ``web.rows`` takes them. ``sort`` is the
    order to begin with, as a column's key with ``-`` before it for the other way round.
    ``prepare`` is called with the rows of a page before their cells are read, so that what lies
    elsewhere can be fetched for all of them at once. Two tables on one page need different names
    and prefixes.
    """

    def __init__(  # noqa: PLR0913 -- keyword-only parts of one list
        self,
        request: HttpRequest,
        *,
        name: str,
        caption: str,
        rows: QuerySet[Any] | Sequence[Any],
        columns: Sequence[Column],
        fields: Sequence[str] = (),
        search: Sequence[str] = (),
        filters: Sequence[Filter] = (),
        sort: str = "",
        empty: str = "",
        prefix: str = "",
        can_export: bool = True,
        prepare: Callable[[Sequence[Any]], None] | None = None,
    ) -> None:
        self.request = request
        self.name = name
        self.caption = caption
        self.columns = [each for each in columns if not each.only_in_file]
        self._columns_in_file = columns
        self.prefix = prefix
        self.empty = empty or _("There is nothing here yet.")
        self.can_export = can_export
        self.path = request.path
        self._rows = with_fields(rows, *fields) if isinstance(rows, QuerySet) and fields else rows
        self._search = search
        self._filters = filters
        self._sort_at_first = sort
        self._prepare = prepare or _as_they_are

    def answer(self, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        """The page; or only the list, for htmx; or the whole list as a CSV file."""
        if self.can_export and self._given("export") == "csv":
            return self.as_csv()
        if self.request.headers.get("HX-Target") == self.name:
            return TemplateResponse(self.request, "web/components/table.html", {"table": self})
        return TemplateResponse(self.request, template, {**(context or {}), "table": self})

    @property
    def is_asked_alone(self) -> bool:
        """Whether the request is for this list and nothing else of its page."""
        is_file = self.can_export and self._given("export") == "csv"
        return is_file or self.request.headers.get("HX-Target") == self.name

    def as_csv(self) -> HttpResponse:
        """Every row that is asked for, in UTF-8 with a mark that spreadsheets look for."""
        response = HttpResponse(self._csv_lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.name}.csv"'
        return response

    # What was asked for.

    @property
    def query(self) -> str:
        """The words searched for."""
        return self._given("q").strip()[:QUERY_LENGTH_MAX] if self._search else ""

    @property
    def can_search(self) -> bool:
        """Whether the list has a search box."""
        return bool(self._search)

    @property
    def has_tools(self) -> bool:
        """Whether anything stands above the list."""
        return self.can_search or bool(self._filters) or self.can_export

    @cached_property
    def filter_controls(self) -> list[FilterControl]:
        """The filters with what is chosen; anything that is no choice counts as none."""
        controls = []
        for each in self._filters:
            given = self._given(each.name)
            chosen = given if given in {value for value, _label in each.choices} else ""
            controls.append(FilterControl(each.name, each.label, each.choices, chosen))
        return controls

    @property
    def is_narrowed(self) -> bool:
        """Whether rows may be hidden by a search or a filter."""
        return bool(self.query) or any(each.chosen for each in self.filter_controls)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that the search form carries along: the order, and other tables' own."""
        own = {"q", "page", "export", *(each.name for each in self._filters)}
        gone = {self.prefix + name for name in own}
        return [(k, str(v)) for k, v in self.request.GET.items() if k not in gone]

    # What is shown.

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """The cells of the page."""
        return [
            [Cell(column.of(row), column.label, column.align) for column in self.columns]
            for row in self._page[:PAGE_ROWS]
        ]

    @property
    def body(self) -> SafeString:
        """The rows as markup. Drawn here: hundreds of cells are slow in a template."""
        attributes = [
            (
                format_html(' data-label="{}"', column.label)
                + (SafeString(' class="end"') if column.align == "end" else ""),
                format_html(' data-label="{}" class="nothing', column.label)
                + SafeString(' end"' if column.align == "end" else '"'),
            )
            for column in self.columns[1:]
        ]
        drawn: list[str] = []
        for first, *others in self.rows:
            drawn.append(f'<tr><th scope="row">{cell_html(first.value)}</th>')
            drawn += [
                f"<td{full if cell.is_something else empty}>{cell_html(cell.value)}</td>"
                for (full, empty), cell in zip(attributes, others, strict=True)
            ]
            drawn.append("</tr>")
        # Every part was escaped as it was made.
        return SafeString("".join(drawn))

    @cached_property
    def length(self) -> int:
        """How many rows are asked for; one more than ``COUNT_MAX`` where there are more."""
        rows = self._asked_for
        if isinstance(rows, QuerySet):
            return rows.order_by()[: COUNT_MAX + 1].count()  # nothing is sorted to be counted
        return len(rows)

    @property
    def is_long(self) -> bool:
        """Whether there are more rows than are counted."""
        return isinstance(self._asked_for, QuerySet) and self.length > COUNT_MAX

    @property
    def page_count(self) -> int:
        """How many pages there are, as far as they are counted; one at least."""
        return max(1, -(-self.length // PAGE_ROWS))

    @cached_property
    def page_number(self) -> int:
        """The page asked for, or the nearest there is."""
        given = self._given("page")
        asked = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 1  # noqa: PLR2004 -- digits
        return max(asked, 1) if self.is_long else min(max(asked, 1), self.page_count)

    @property
    def previous_url(self) -> str:
        """Where the page before is."""
        return self._url(page=str(self.page_number - 1)) if self.page_number > 1 else ""

    @property
    def next_url(self) -> str:
        """Where the page after is."""
        return self._url(page=str(self.page_number + 1)) if len(self._page) > PAGE_ROWS else ""

    @property
    def export_url(self) -> str:
        """Where the CSV file is."""
        return self._url(export="csv", page="")

    @property
    def summary(self) -> str:
        """How many rows there are, in words."""
        if self.is_long:
            return _("more than %s entries") % quantities.number(COUNT_MAX)
        text = quantities.number(self.length)
        return ngettext("%s entry", "%s entries", self.length) % text

    @cached_property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        heads = []
        for column in self.columns:
            if not column.sort:
                heads.append(Head(column.label, column.align, "", ""))
                continue
            now = {column.key: "ascending", f"-{column.key}": "descending"}.get(self._sort, "")
            turned = f"-{column.key}" if now == "ascending" else column.key
            heads.append(Head(column.label, column.align, self._url(sort=turned, page=""), now))
        return heads

    # How it is found.

    @cached_property
    def _page(self) -> list[Any]:
        """The rows of the page, and the first of the next one if there is one."""
        start = (self.page_number - 1) * PAGE_ROWS
        page = list(self._asked_for[start : start + PAGE_ROWS + 1])
        self._prepare(page[:PAGE_ROWS])
        return page

    @cached_property
    def _sort(self) -> str:
        given = self._given("sort")
        known = {column.key for column in self.columns if column.sort}
        return given if given.removeprefix("-") in known else self._sort_at_first

    @cached_property
    def _asked_for(self) -> QuerySet[Any] | list[Any]:
        rows = self._rows
        return self._of_queryset(rows) if isinstance(rows, QuerySet) else self._of_list(rows)

    def _of_queryset(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for each, control in zip(self._filters, self.filter_controls, strict=True):
            if control.chosen:
                rows = rows.filter(**{each.lookup: control.chosen})
        for word in self.query.split():
            rows = rows.filter(reduce(or_, (Q(**{lookup: word}) for lookup in self._search)))
        field = self._sort_field()
        # The key last, so that equal rows stand in the same order on every page.
        return rows.order_by(field, "pk") if field else rows

    def _of_list(self, rows: Sequence[Any]) -> list[Any]:
        found = list(rows)
        for each, control in zip(self._filters, self.filter_controls, strict=True):
            if control.chosen and each.keeps is not None:
                keeps, chosen = each.keeps, control.chosen
                found = [row for row in found if keeps(row, chosen)]
        for word in self.query.lower().split():
            found = [row for row in found if word in self._words(row)]
        field = self._sort_field()
        if field:
            key = field.removeprefix("-")
            found.sort(key=lambda row: _order(row, key), reverse=field.startswith("-"))
        return found

    def _sort_field(self) -> str:
        key = self._sort.removeprefix("-")
        field = next((column.sort for column in self.columns if column.key == key), "")
        if field and self._sort.startswith("-"):
            return field.removeprefix("-") if field.startswith("-") else f"-{field}"
        return field

    def _words(self, row: Any) -> str:  # noqa: ANN401 -- rows are of every kind
        values = (column.of(row) for column in self.columns)
        words = (strip_tags(v) if isinstance(v, SafeString) else cell_text(v) for v in values)
        return " ".join(words).lower()

    def _csv_lines(self) -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff" + writer.writerow([str(column.label) for column in self._columns_in_file])
        rows = self._asked_for
        every: Iterable[Any] = (
            rows.iterator(chunk_size=FILE_ROWS) if isinstance(rows, QuerySet) else rows
        )
        for part in batched(every, FILE_ROWS):
            self._prepare(part)
            for row in part:
                yield writer.writerow(
                    [
                        cell_csv((column.in_file or column.of)(row))
                        for column in self._columns_in_file
                    ]
                )

    def _given(self, name: str) -> str:
        return self.request.GET.get(self.prefix + name, "")

    def _url(self, **changed: str) -> str:
        asked = self.request.GET.copy()
        for name, value in changed.items():
            if value:
                asked[self.prefix + name] = value
            else:
                asked.pop(self.prefix + name, None)
        if "export" not in changed:
            asked.pop(f"{self.prefix}export", None)
        return f"{self.path}?{asked.urlencode()}"


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The rows in lists of ``size``, the last one shorter."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def _as_they_are(rows: Sequence[Any]) -> None:
    del rows


class _Line:
    """What the csv module writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _order(row: Any, key: str) -> tuple[bool, Any]:  # noqa: ANN401 -- rows are of every kind
    """Sorts a list's rows; those without a value come first."""
    value = row[key] if isinstance(row, Mapping) else getattr(row, key)
    return (value is not None, value) if value is not None else (False, 0)
