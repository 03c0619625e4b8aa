"""The app's place in Django."""

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """Names the app ``books``."""

    name = "praya.apps.books"
    label = "books"
    default_auto_field = "django.db.models.BigAutoField"
