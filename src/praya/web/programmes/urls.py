"""Addresses of the pages about programmes."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
