"""The app's place in Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Names the app ``programmes``."""

    name = "praya.apps.programmes"
    label = "programmes"
    default_auto_field = "django.db.models.BigAutoField"
