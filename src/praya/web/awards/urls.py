"""Addresses of the pages about awards."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
