"""Addresses of the pages about reviews."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.reviews import assigning, marking

urlpatterns: list[URLPattern] = [
    path("reviews/", marking.review_list, name="review-list"),
    path("reviews/<int:review_id>/", marking.review, name="review"),
    path("reviews/<int:review_id>/declare/", marking.declare, name="review-declare"),
    path("reviews/<int:review_id>/save/", marking.save, name="review-save"),
    path("reviews/<int:review_id>/withdraw/", assigning.withdraw, name="review-withdraw"),
    path("applications/<slug:code>/reviews/", assigning.reviews, name="application-reviews"),
    path("applications/<slug:code>/reviews/assign/", assigning.assign, name="review-assign"),
    path("applications/<slug:code>/reviews/close/", assigning.close, name="review-close"),
]
