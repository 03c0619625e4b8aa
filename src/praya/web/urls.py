"""Every address of the web face, by area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from praya.web.home import home
from praya.web.preferences import theme

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("theme/", theme, name="theme"),
    path("", include("praya.web.people.urls")),
    path("", include("praya.web.programmes.urls")),
    path("", include("praya.web.applications.urls")),
    path("", include("praya.web.reviews.urls")),
    path("", include("praya.web.awards.urls")),
    path("", include("praya.web.changes.urls")),
    path("", include("praya.web.life.urls")),
    path("", include("praya.web.usage.urls")),
    path("", include("praya.web.forecasts.urls")),
    path("", include("praya.web.clusters.urls")),
    path("", include("praya.web.billing.urls")),
    path("", include("praya.web.reports.urls")),
    path("", include("praya.web.notices.urls")),
]
