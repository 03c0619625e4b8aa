"""The app's place in Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Names the app ``notices``."""

    name = "praya.apps.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
