"""The WSGI application, for Praya's own server and any other."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praya.config.settings")
application = get_wsgi_application()
