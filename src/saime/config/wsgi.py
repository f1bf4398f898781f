"""The WSGI entry point for granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saime.config.settings.production")
application = get_wsgi_application()

from saime.residents import outbox  # noqa: E402 (models need the application)

outbox.wake()  # mail that a former process left behind goes out now
