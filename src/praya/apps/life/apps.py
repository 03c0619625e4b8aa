"""The app's place in Django."""

from django.apps import AppConfig


class LifeConfig(AppConfig):
    """Names the app ``life``."""

    name = "praya.apps.life"
    label = "life"
    default_auto_field = "django.db.models.BigAutoField"
