"""Lists: what is asked for in the address is what is shown, counted and exported."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from praya.apps.people.models import Organisation
from praya.core.quantity import Money
from praya.web.badges import Link
from praya.web.cells import Share, cell_csv, cell_html
from praya.web.tables import PAGE_ROWS, Column, Filter, Table


@dataclass(frozen=True)
class Row:
    name: str
    amount: Money
    kind: str = "lab"


def rows(count):
    return [Row(f"row {number:03}", Money(number * 100, "HKD")) for number in range(count)]


def table_of(found, query="", **parts):
    parts.setdefault(
        "columns",
        (
            Column("name", "Name", sort="name"),
            Column("amount", "Amount", sort="amount", align="end"),
        ),
    )
    request = RequestFactory().get(f"/list/?{query}")
    return Table(request, name="list", caption="A list", rows=found, **parts)


def names(table):
    return [str(row[0].value) for row in table.rows]


def drawn(table):
    return Template("{% load praya %}{% data_table table %}").render(Context({"table": table}))


def test_a_page_holds_twenty_five_and_says_how_many_there_are():
    table = table_of(rows(70), "page=3")
    assert (len(table.rows), table.page_number, table.page_count) == (20, 3, 3)
    assert table.summary == "70 entries"
    assert (table.previous_url, table.next_url) == ("/list/?page=2", "")


@pytest.mark.parametrize(("asked", "given"), [("0", 1), ("99", 3), ("-1", 1), ("²", 1), ("x", 1)])
def test_a_page_that_is_not_there_gives_the_nearest(asked, given):
    assert table_of(rows(2 * PAGE_ROWS + 1), f"page={asked}").page_number == given


def test_sorting_turns_and_leaves_the_page_and_says_so():
    table = table_of(rows(3), "sort=-name&page=1")
    assert names(table) == ["row 002", "row 001", "row 000"]
    head, other = table.heads
    assert (head.aria_sort, head.url) == ("descending", "/list/?sort=name")
    assert (other.aria_sort, other.url) == ("", "/list/?sort=amount")
    assert 'aria-sort="descending"' in drawn(table)


def test_sorting_by_what_is_no_column_is_ignored():
    assert names(table_of(rows(2), "sort=password", sort="-name")) == ["row 001", "row 000"]


def test_a_list_is_searched_by_what_its_cells_show():
    table = table_of(rows(30), "q=HK%2429.00", search=("name",))
    assert names(table) == ["row 029"]
    assert table.is_narrowed


def test_a_filter_narrows_and_an_unknown_choice_does_not():
    kinds = Filter("kind", "Kind", [("lab", "Lab")], keeps=lambda row, kind: row.kind == kind)
    mixed = [*rows(1), Row("pier", Money(0, "HKD"), kind="pier")]
    assert names(table_of(mixed, "kind=lab", filters=(kinds,))) == ["row 000"]
    assert len(names(table_of(mixed, "kind=nothing", filters=(kinds,)))) == 2


def test_an_empty_list_says_why():
    assert "No rows yet." in drawn(table_of([], empty="No rows yet."))
    assert "Nothing matches" in drawn(table_of(rows(1), "q=zzz", search=("name",)))


def test_cells_are_escaped():
    page = drawn(table_of([Row("<script>x</script>", Money(0, "HKD"))], "q=%22%3E", search=()))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_dash_stands_where_the_figure_of_its_column_would():
    without = Row("row", None)
    assert '<td data-label="Amount" class="nothing end">–</td>' in drawn(table_of([without]))


def test_an_export_has_every_row_and_nothing_a_spreadsheet_would_run():
    found = [*rows(60), Row("=1+1", Money(-150, "HKD")), Row("@cmd", Money(5, "HKD"))]
    lines = table_of(found).as_csv().content.decode("utf-8").splitlines()
    assert lines[0] == "\ufeffName,Amount"
    assert len(lines) == 63
    assert lines[-2:] == ["'=1+1,-1.50", "'@cmd,0.05"]


def test_htmx_gets_the_list_and_a_visit_the_page():
    request = RequestFactory().get("/list/", headers={"HX-Target": "list"})
    table = Table(request, name="list", caption="A list", rows=[], columns=())
    assert table.answer("web/welcome.html").template_name == "web/components/table.html"
    assert table_of([]).answer("web/welcome.html").template_name == "web/welcome.html"


def test_two_lists_on_a_page_do_not_mix_their_parameters():
    table = table_of(rows(60), "b-page=2&page=2", prefix="b-", search=("name",))
    assert table.page_number == 2
    assert table.previous_url == "/list/?b-page=1&page=2"
    assert table.kept == [("page", "2")]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3, 120])
def test_a_queryset_costs_two_queries_whatever_it_holds(now, django_assert_num_queries, count):
    Organisation.objects.bulk_create(
        Organisation(name=f"Lab {number}", kind="other", registered_at=now)
        for number in range(count)
    )
    table = table_of(
        Organisation.objects.all(),
        "q=lab",
        columns=(Column("name", "Name", lambda row: Link(row.name, "/x/"), sort="name"),),
        search=("name__icontains", "name_zh__icontains"),
        filters=(Filter("kind", "Kind", [("other", "Other")], lookup="kind"),),
        sort="-name",
    )
    with django_assert_num_queries(2):
        drawn(table)
    assert names(table)[0] == f"Lab {min(count - 1, 99)}"


def test_a_very_long_list_is_counted_as_far_as_anybody_reads(db, now, monkeypatch):
    monkeypatch.setattr("praya.web.tables.COUNT_MAX", 100)
    Organisation.objects.bulk_create(
        Organisation(name=f"Lab {number:03}", kind="university", registered_at=now)
        for number in range(120)
    )
    columns = (Column("name", "Name", sort="name"),)

    first, far, beyond = (
        table_of(Organisation.objects.all(), f"page={page}", columns=columns) for page in (1, 5, 9)
    )

    assert first.summary == "more than 100 entries"
    assert (first.is_long, first.next_url, first.previous_url) == (True, "/list/?page=2", "")
    assert (len(far.rows), far.next_url) == (20, "")
    assert (beyond.rows, beyond.previous_url, beyond.next_url) == ([], "/list/?page=8", "")
    assert "/list/" in drawn(beyond)


def test_a_column_only_in_the_file_stands_on_no_page():
    columns = (Column("name", "Name"), Column("kind", "Kind", only_in_file=True))
    table = table_of(rows(1), columns=columns)
    assert [head.label for head in table.heads] == ["Name"]
    assert [len(row) for row in table.rows] == [1]
    assert b"".join(table.as_csv()).decode().splitlines()[1] == "row 000,lab"


def test_a_share_is_a_bar_with_its_words_beside_it():
    assert cell_html(Share(1, 0)) == '<span class="number">–</span>'
    drawn_share = cell_html(Share(3, 4))
    assert 'width="75"' in drawn_share
    assert drawn_share.endswith("75.0 %</span>")
    assert cell_csv(Share(3, 4)) == "75.0 %"
