"""The app's place in Django."""

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """Names the app ``changes``."""

    name = "praya.apps.changes"
    label = "changes"
    default_auto_field = "django.db.models.BigAutoField"
