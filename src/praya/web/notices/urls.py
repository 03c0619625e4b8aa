"""Addresses of the pages about letters, wishes, outlooks and web hooks."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.notices import hooks, letters, outlook, wishes

urlpatterns: list[URLPattern] = [
    path("me/notices/", wishes.wishes, name="wishes"),
    path("programmes/<slug:code>/outbox/", letters.outbox, name="outbox"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("awards/<slug:code>/outlook/", outlook.outlook, name="award-outlook"),
    path("finance/<slug:code>/hooks/", hooks.hook_list, name="hook-list"),
    path("hooks/<int:hook_id>/", hooks.hook, name="hook"),
]
