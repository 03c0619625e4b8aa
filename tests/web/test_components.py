"""Charts, badges, steps and forms as they stand in a page."""

from __future__ import annotations

import re

from django import forms
from django.template import Context, Template

from praya.core.quantity import CardTime, Money
from praya.web.badges import Badge, Step, Tone
from praya.web.charts import Bar, BarChart, ColumnChart, FourNumbers


def drawn(template, **context):
    return Template("{% load praya %}" + template).render(Context(context))


def test_a_badge_says_its_word_beside_its_colour():
    page = drawn("{% state badge %}", badge=Badge("Refused", Tone.BAD))
    assert ">Refused</span>" in page
    assert "#circle-x" in page


def test_bars_are_shares_of_the_longest_and_their_figures_are_in_a_table():
    bars = (Bar("a", 50, "50 h"), Bar("b", 200, "200 h"), Bar("c", 0, "0 h"))
    page = drawn("{% bar_chart chart %}", chart=BarChart("x", "Hours", bars, "Team", "Hours"))
    assert re.findall(r'chart-solid" width="([^"]+)"', page) == ["25.000%", "100.000%", "0.000%"]
    assert page.count('<th scope="row">') == 3
    assert "style=" not in page


def test_columns_stand_from_left_to_right_and_are_told_in_a_sentence():
    bars = tuple(Bar(f"day {n}", n, f"{n} h") for n in range(5))
    chart = ColumnChart("x", "Use", bars, "Day", "Hours")
    lefts = [float(each.x.rstrip("%")) for each in chart.drawn]
    assert lefts == sorted(lefts)
    assert all(0 <= left < 100 for left in lefts)
    assert chart.summary == "From day 0 (0 h) to day 4 (4 h); the highest is 4 h."
    assert chart.summary in drawn("{% column_chart chart %}", chart=chart)


def test_charts_without_figures_are_drawn_too():
    nothing = ("x", "Use", (), "Day", "Hours")
    assert "Use" in drawn("{% bar_chart chart %}", chart=BarChart(*nothing))
    assert "Use" in drawn("{% column_chart chart %}", chart=ColumnChart(*nothing))


def test_four_numbers_are_drawn_in_parts_and_said_in_words():
    def hkd(minor):
        return Money(minor, "HKD")

    four = FourNumbers("m", "Money", hkd(2500), hkd(5000), hkd(2500), hkd(10000))
    assert (four.settled_width, four.in_flight_width) == ("25.000%", "50.000%")
    assert four.sentence == (
        "Of HK$100.00 committed, HK$25.00 is settled, HK$50.00 is in flight and HK$25.00 is free."
    )
    page = drawn("{% four_numbers four %}", four=four)
    assert page.count(">HK$25.00<") == 2
    assert "url(#m-hatch)" in page


def test_four_numbers_of_an_empty_promise_do_not_divide_by_nothing():
    nothing = CardTime(0, "lamp")
    four = FourNumbers("t", "Time", nothing, nothing, nothing, nothing)
    assert (four.settled_width, four.in_flight_width) == ("0%", "0%")


def test_steps_say_what_is_done_and_where_one_is():
    stages = [Step("Apply", "done"), Step("Screen", "current"), Step("Decide", "to-come")]
    page = drawn("{% steps stages 'The way' %}", stages=stages)
    assert page.count('aria-current="step"') == 1
    assert [word for word in ("Done:", "Now:", "To come:") if word in page] == [
        "Done:",
        "Now:",
        "To come:",
    ]


class Asking(forms.Form):
    title = forms.CharField(help_text="As on its cover.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")


def test_a_wrong_form_leads_from_its_summary_to_each_field():
    page = drawn("{{ form }}", form=Asking({}))
    anchors = re.findall(r'<li><a href="#([^"]+)"', page)
    assert anchors == ["id_title", "id_kind_0", "id_agreed"]
    assert all(f'id="{anchor}"' in page for anchor in anchors)


def test_a_control_is_described_by_its_help_and_its_error():
    page = drawn("{% field form.title %}", form=Asking({}))
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', page)
    assert described is not None
    assert described[1].split() == ["id_title_helptext", "id_title_error"]
    assert all(f'id="{name}"' in page for name in described[1].split())
    assert 'aria-invalid="true"' in page
