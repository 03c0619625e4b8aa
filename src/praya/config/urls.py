"""Every address of the site."""

from django.urls import URLPattern, URLResolver, include, path

from praya.api.wiring import api
from praya.web.preferences import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
    path("i18n/setlang/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    path("", include("praya.web.urls")),
]

handler400 = "praya.web.answers.bad_request"
