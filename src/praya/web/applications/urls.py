"""Addresses of the pages about applications."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
