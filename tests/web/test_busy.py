"""A page whose writer the database turned away is asked again, and in the end says so."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from psycopg import errors

from praya.apps.books.retrying import ATTEMPTS
from praya.core.refusal import NotAllowed

pytestmark = pytest.mark.django_db(transaction=True)


class HastyView:
    """A view whose writer is turned away a number of times; then it does what it does."""

    def __init__(self) -> None:
        self.turned_away, self.error, self.refuses, self.read = 0, None, False, []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.read.append([request.POST.get("x"), *(file.read() for file in request.FILES.values())])
        if len(self.read) <= self.turned_away:
            raise self.error or turned_away()
        if self.refuses:
            raise NotAllowed(action="test", needs="officer")
        return HttpResponse("done")


def turned_away() -> OperationalError:
    """What Django raises when this database turns a writer away."""
    if connection.vendor == "sqlite":
        return OperationalError("database is locked")
    error = OperationalError("deadlock detected")
    error.__cause__ = errors.DeadlockDetected()
    return error


view = HastyView()
urlpatterns = [
    path("hasty/", view),
    path("", include("praya.config.urls")),
]


@pytest.fixture(autouse=True)
def _hasty(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr("praya.apps.books.retrying.WAIT_S_FIRST", 0)
    view.__init__()


def test_a_page_that_was_turned_away_is_asked_again_with_what_was_sent(client):
    view.turned_away = 2

    sent = {"x": "1", "file": SimpleUploadedFile("plan.txt", b"what we plan")}
    assert client.post("/hasty/", sent).text == "done"

    assert view.read == [["1", b"what we plan"]] * 3


def test_in_the_end_the_page_says_that_nothing_was_changed(client):
    view.turned_away = 100

    answer = client.post("/hasty/", {"x": "1"})

    assert answer.status_code == 503
    assert "Praya is busy; nothing was changed; try again." in answer.text
    assert len(view.read) == 1 + ATTEMPTS


def test_it_is_not_asked_again_for_longer_than_people_wait(client, monkeypatch):
    view.turned_away = 100
    monkeypatch.setattr("praya.words.again.PATIENCE_S", -1)

    assert client.post("/hasty/").status_code == 503

    assert len(view.read) == 2


def test_a_refusal_the_second_time_is_a_refusal(client):
    view.turned_away, view.refuses = 1, True

    assert client.post("/hasty/").status_code == 403


def test_other_failures_are_not_asked_again(client):
    view.turned_away, view.error = 1, OperationalError("disk I/O error")
    client.raise_request_exception = False

    assert client.post("/hasty/").status_code == 500
    assert len(view.read) == 1
