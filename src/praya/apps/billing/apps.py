"""The app's place in Django."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Names the app ``billing``."""

    name = "praya.apps.billing"
    label = "billing"
    default_auto_field = "django.db.models.BigAutoField"
