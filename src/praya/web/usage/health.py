"""Whether the site is well, for whatever watches it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from praya.apps.usage.queries import health
from praya.words import clock


@never_cache
def health_page(request: HttpRequest) -> JsonResponse:
    """200 with the database at hand, else 503; ``worker_age_s`` since the worker's last round.

    ``silent_clusters`` counts clusters whose engine does not answer. Their names are not for all.
    """
    del request
    found = health(clock.now())
    status = HTTPStatus.OK if found.has_database else HTTPStatus.SERVICE_UNAVAILABLE
    answer = {
        "database": found.has_database,
        "worker_age_s": found.worker_age_s,
        "silent_clusters": found.silent_clusters,
    }
    return JsonResponse(answer, status=status)
