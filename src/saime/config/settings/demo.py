"""The demo company on one's own machine: http, mail written to a folder, everything else as in production."""

from saime.config.settings.base import *  # noqa: F403
from saime.config.settings.base import DATA_DIR, ENV

SECRET_KEY = ENV.get("SAIME_SECRET_KEY") or "demo-only-not-a-secret-demo-only-not-a-secret"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
SAIME_DEMO = True
