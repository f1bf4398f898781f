"""Tests: an embedded server of their own, started by tests/conftest.py unless DATABASE_URL names another."""

import os
from pathlib import Path

from saime.config import installation
from saime.config.settings.base import *  # noqa: F403
from saime.config.settings.base import DATABASES

TEST_DATA_DIR = Path(os.environ.get("SAIME_TEST_DATA_DIR") or "/tmp/saime-test")  # noqa: S108
SECRET_KEY = "test-only-not-a-secret-test-only-not-a-secret"  # noqa: S105
ALLOWED_HOSTS = ["*"]
_URL = os.environ.get("DATABASE_URL") or f"postgresql://saime@/saime?host={TEST_DATA_DIR}/run"
DATABASES["default"] |= {k: v for k, v in installation.database_settings(_URL).items() if k != "OPTIONS"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# No collected static directory in tests: WhiteNoise serves from the apps.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DESIGN_GALLERY = True
# A test sends what is in the outbox when it wants to: operations do not race it.
SAIME_MAIL_THREAD = False
SAIME_PAPER_THREAD = False
POLICY_SECONDS = -1.0  # a test sees at once what it decides
