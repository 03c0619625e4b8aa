"""Addresses of the pages about jobs, and of the site's health."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.usage import on_clusters, views
from praya.web.usage.health import health_page

urlpatterns: list[URLPattern] = [
    path("jobs/", views.jobs, name="job-list"),
    path("jobs/new/", views.job_new, name="job-new"),
    path("jobs/on-clusters/", on_clusters.cluster_jobs, name="cluster-jobs"),
    path("jobs/<str:code>/", views.job, name="job"),
    path("jobs/<str:code>/output/", views.job_output_page, name="job-output"),
    path("jobs/<str:code>/cancel/", views.job_cancel, name="job-cancel"),
    path("clusters/<slug:code>/jobs/<str:number>/", on_clusters.cluster_job, name="cluster-job"),
    path("healthz", health_page, name="health"),
]
