"""Addresses of the pages about clusters."""

from __future__ import annotations

from django.urls import URLPattern, path

from praya.web.clusters import aside, completeness, drift, held, mapping, naming, plan, users, views

urlpatterns: list[URLPattern] = [
    path("clusters/", views.clusters, name="clusters"),
    path("new-cluster/", views.cluster_new, name="cluster-new"),
    path("cluster-users/", users.cluster_users, name="cluster-users"),
    path("cluster-users/list/", naming.cluster_names, name="cluster-names"),
    path("cluster-users/<int:person_id>/", users.cluster_user, name="cluster-user"),
    path("clusters/<slug:code>/", views.cluster, name="cluster"),
    path("clusters/<slug:code>/held/", held.cluster_held, name="cluster-held"),
    path("clusters/<slug:code>/drift/<int:drift_id>/", drift.cluster_drift, name="cluster-drift"),
    path("clusters/<slug:code>/plan/", plan.cluster_plan, name="cluster-plan"),
    path("clusters/<slug:code>/accounts/", mapping.cluster_accounts, name="cluster-accounts"),
    path("clusters/<slug:code>/accounts/map/", mapping.cluster_mapping, name="cluster-mapping"),
    path("clusters/<slug:code>/aside/", aside.cluster_aside, name="cluster-aside"),
    path(
        "clusters/<slug:code>/completeness/",
        completeness.cluster_completeness,
        name="cluster-completeness",
    ),
    path("clusters/<slug:code>/close/", views.cluster_close, name="cluster-close"),
    path("clusters/<slug:code>/partitions/new/", views.partition_new, name="partition-new"),
    path(
        "clusters/<slug:code>/partitions/<slug:partition>/capacity/",
        views.capacity_new,
        name="capacity-new",
    ),
    path("capacity/<int:window_id>/end/", views.capacity_end, name="capacity-end"),
]
