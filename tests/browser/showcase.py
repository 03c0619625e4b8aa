"""Addresses for tests alone: every component on one page, and the pages of what went wrong."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.urls import path

from praya.config.urls import urlpatterns as those_of_the_site
from praya.core.quantity import CardTime, Money
from praya.web.badges import Badge, Step, Tone
from praya.web.charts import Bar, BarChart, ColumnChart, FourNumbers

PAGE = """\
{% extends "web/base.html" %}{% load praya %}
{% block title %}All parts{% endblock %}{% block h1 %}All parts{% endblock %}
{% block content %}
  {% steps stages "The way of an application" %}
  <p>{% for badge in badges %}{% state badge %} {% endfor %}</p>
  <div class="alert alert-warning">
    {% icon "alert-triangle" %}<div>Closes <a href="/">soon</a>.</div>
  </div>
  <div class="card"><div class="card-body">{% four_numbers money %}</div></div>
  <div class="card"><div class="card-body">{% four_numbers time %}</div></div>
  <div class="card"><div class="card-body">{% bar_chart bars %}</div></div>
  <div class="card"><div class="card-body">{% column_chart columns %}</div></div>
  <form class="card" method="post"><div class="card-body">{% csrf_token %}{{ form }}
    <div class="form-actions"><button class="btn btn-primary">Send</button>
    <button class="btn btn-danger" data-confirm="Really end it?" type="button">End it</button>
    </div></div></form>
{% endblock %}
"""


class Asking(forms.Form):
    title = forms.CharField(help_text="As on its cover.")
    kind = forms.ChoiceField(choices=[("a", "One"), ("b", "Other")], widget=forms.RadioSelect)
    lines = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    paper = forms.FileField(required=False)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(label="I agree", help_text="To all of it.")


def parts(request: HttpRequest) -> HttpResponse:
    """Every component, with a form that was sent empty."""

    def hkd(millions: int) -> Money:
        return Money(millions * 100_000_000, "HKD")

    def lamp(hours: int) -> CardTime:
        return CardTime.of_hours(hours, "lamp")

    purposes = (("Research", 120), ("Start-ups and enterprises", 300), ("Public bodies", 45))
    bars = [Bar(name, size, f"HK${size}.0 million") for name, size in purposes]
    months = [Bar(f"month {n}", (n * 37) % 100, f"{(n * 37) % 100} %") for n in range(1, 25)]
    context = {
        "stages": [
            Step("Submitted", "done", "2 March"),
            Step("Screening", "done"),
            Step("Review", "current", "since 5 days"),
            Step("Decision", "to-come"),
        ],
        "badges": [Badge(tone.value.title(), tone) for tone in Tone],
        "money": FourNumbers("m", "Money of HCP-0007", hkd(25), hkd(5), hkd(70), hkd(100)),
        "time": FourNumbers("t", "Time of HCP-0007", lamp(0), lamp(400), lamp(600), lamp(1000)),
        "bars": BarChart("b", "Committed by purpose", bars, "Purpose", "Money"),
        "columns": ColumnChart("c", "In use", months, "Month", "Share", "Busy over in service."),
        "form": Asking({}),
    }
    return HttpResponse(Template(PAGE).render(RequestContext(request, context)))


def trouble(request: HttpRequest, name: str) -> HttpResponse:
    """What the site says when it cannot answer, by the name of its template."""
    said = {"heading": "Praya is busy", "sentence": "Somebody else was quicker."}
    return render(request, f"{name}.html", said)


urlpatterns = [
    path("parts/", parts),
    path("trouble/<name>/", trouble),
    *those_of_the_site,
]
