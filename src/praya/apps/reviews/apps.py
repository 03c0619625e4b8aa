"""The app's place in Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Names the app ``reviews``."""

    name = "praya.apps.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"
