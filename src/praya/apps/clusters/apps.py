"""The app's place in Django."""

from django.apps import AppConfig


class ClustersConfig(AppConfig):
    """Names the app ``clusters``."""

    name = "praya.apps.clusters"
    label = "clusters"
    default_auto_field = "django.db.models.BigAutoField"
