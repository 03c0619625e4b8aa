"""The app's place in Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the app ``people``."""

    name = "praya.apps.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
