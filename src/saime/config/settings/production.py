"""A live installation: behind TLS, with its own secret key."""

from django.core.exceptions import ImproperlyConfigured

from saime.config.settings.base import *  # noqa: F403
from saime.config.settings.base import ENV, SECRET_KEY

if not SECRET_KEY:
    raise ImproperlyConfigured("SAIME_SECRET_KEY is not set: run `saime init`, or put it in the environment.")

# `saime init` on one's own machine has no TLS in front; SAIME_URL says what residents type.
_HTTPS = ENV.get("SAIME_URL", "").startswith("https://")
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
LANGUAGE_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
