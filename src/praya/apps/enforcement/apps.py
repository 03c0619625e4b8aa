"""The app's place in Django."""

from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    """Names the app ``enforcement``."""

    name = "praya.apps.enforcement"
    label = "enforcement"
    default_auto_field = "django.db.models.BigAutoField"
