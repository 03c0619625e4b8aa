"""The page on which people are appointed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import appointed, make_admin, make_person, make_programme, person_behind

from praya.apps.programmes.models import Appointment
from praya.core.actor import Role

pytestmark = pytest.mark.django_db

URL = "/programmes/pier/people/"


@pytest.fixture
def admin(now) -> Client:
    make_programme(now)
    client = Client()
    client.force_login(person_behind(make_admin(now)))
    return client


def test_an_admin_appoints_a_person_by_e_mail_and_ends_it_again(admin):
    make_person("mei@pier.example", name="Mei")
    answer = admin.post(URL, {"email": "Mei@Pier.example", "role": "officer"})
    assert answer["Location"] == URL
    made = Appointment.objects.get()
    assert (made.person.name, made.role, made.until) == ("Mei", "officer", None)
    assert "Mei is appointed officer." in admin.get(URL).text

    end = reverse("web:appointment-end", args=["pier", made.pk])
    assert "They lose what the role allows at once." in admin.get(end).text
    assert Appointment.objects.get().until is None
    assert admin.post(end).status_code == 302
    assert Appointment.objects.get().until is not None
    assert admin.post(end).status_code == 302


def test_a_second_click_appoints_nobody_twice(admin):
    make_person("mei@pier.example")
    for _click in range(2):
        admin.post(URL, {"email": "mei@pier.example", "role": "officer"})
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"email": "nobody@pier.example", "role": "officer"}, "Nobody has signed up"),
        ({"email": "closed@pier.example", "role": "officer"}, "is closed"),
        ({"email": "no address", "role": "officer"}, "valid email address"),
        ({"email": "a" * 10_000 + "@pier.example", "role": "officer"}, "at most 254"),
        ({"email": "mei@pier.example", "role": "admin"}, "Select a valid choice"),
    ],
)
def test_wrong_values_are_told_and_kept(admin, posted, said):
    make_person("mei@pier.example")
    make_person("closed@pier.example", is_active=False)
    page = admin.post(URL, posted)
    assert page.status_code == 200
    assert said in page.text
    assert posted["email"] in page.text
    assert not Appointment.objects.exists()


def test_officers_and_auditors_read_and_do_not_appoint(admin, now):
    for role in (Role.OFFICER, Role.AUDITOR):
        client = Client()
        client.force_login(person_behind(appointed("pier", role, now)))
        assert "Appoint somebody" not in client.get(URL).text
        make_person("mei@pier.example")
        posted = {"email": "mei@pier.example", "role": "officer"}
        assert client.post(URL, posted).status_code == 403
        # Who has signed up is not told by the way either.
        posted["email"] = "nobody@pier.example"
        assert client.post(URL, posted).status_code == 403
        end = reverse("web:appointment-end", args=["pier", Appointment.objects.first().pk])
        assert client.post(end).status_code == 403


def test_others_do_not_see_who_is_appointed(admin, now):
    client = Client()
    client.force_login(person_behind(appointed("pier", Role.REVIEWER, now)))
    assert client.get(URL).status_code == 403
    assert Client().get(URL).status_code == 302


def test_an_appointment_is_ended_under_its_own_programme(admin, now):
    make_programme(now, code="jetty", prefix="JET")
    appointed("jetty", Role.OFFICER, now)
    end = reverse("web:appointment-end", args=["pier", Appointment.objects.get().pk])
    assert admin.post(end).status_code == 404
    assert Appointment.objects.get().until is None


def test_the_page_costs_the_same_for_one_appointment_and_three(
    admin, now, django_assert_num_queries
):
    appointed("pier", Role.OFFICER, now)
    admin.get(URL)
    with django_assert_num_queries(6):
        admin.get(URL)
    appointed("pier", Role.AUDITOR, now)
    appointed("pier", Role.FINANCE, now)
    with django_assert_num_queries(6):
        page = admin.get(URL)
    assert page.text.count("@pier.example") == 3
