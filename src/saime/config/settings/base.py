"""Settings that hold everywhere. What differs by installation comes from the environment or its saime.env."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from saime.config import installation
from saime.config.company import company

PACKAGE = Path(__file__).resolve().parents[2]
DATA_DIR = installation.data_dir()
ENV = installation.read_env(DATA_DIR)

SECRET_KEY = ENV.get("SAIME_SECRET_KEY", "")
SECRET_KEY_FALLBACKS = [key for key in ENV.get("SAIME_OLD_SECRET_KEYS", "").split(",") if key]
DEBUG = False
ALLOWED_HOSTS = [host for host in ENV.get("SAIME_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
# How old the policies that a page is made with may be, seconds.
POLICY_SECONDS = 5.0
SITE_URL = ENV.get("SAIME_URL", "http://127.0.0.1:8000")
COMPANY = company(ENV)  # the house manager, as bills name it

INSTALLED_APPS = [
    "saime.web.design",
    "saime.web.portal",
    "saime.web.portal.account",
    "saime.web.staff",
    "saime.interchange",
    "saime.api",
    "saime.channels.guest",
    "saime.channels.paper",
    "saime.channels.remote",
    "saime.channels.sms",
    "saime.channels.terminal",
    "saime.payments",
    "saime.billing",
    "saime.ledger",
    "saime.metering",
    "saime.residents",
    "saime.estate",
    "saime.platform",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "pghistory.admin",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "saime.residents.middleware.resident_language",
    "saime.residents.middleware.resident_accounts",
    "saime.residents.middleware.kept_forms",
]

ROOT_URLCONF = "saime.config.urls"
WSGI_APPLICATION = "saime.config.wsgi.application"

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        # Every page of ours, allauth's included; looked up first.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,  # each app's jinja2/
        "OPTIONS": {
            "environment": "saime.web.design.environment.environment",
            "context_processors": _CONTEXT_PROCESSORS,
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS},
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": installation.database_settings(installation.database_url(ENV, DATA_DIR))
}
# Nothing may hold a row or a page for long: a queue that is full says so early.
DATABASES["default"]["OPTIONS"] |= {
    "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
    "application_name": "saime",
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "residents.User"
# One backend: with Django's own beside it a wrong password would be hashed twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# argon2id, 19 MiB, t=2, p=1 (OWASP): a login storm costs 25 ms a head, not ten times that.
PASSWORD_HASHERS = ["saime.residents.hashers.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "saime.residents.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# By code and not by link: whoever mistyped the e-mail has given a stranger nothing.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = 3
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None  # asked: "stay logged in on this device"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {
    name: f"saime.residents.forms.{form}"
    for name, form in {
        "login": "LoginForm", "signup": "SignupForm", "add_email": "ChangeEmailForm",
        "change_password": "ChangePasswordForm", "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm", "reset_password_from_key": "NewPasswordForm",
        "confirm_email_verification_code": "ConfirmEmailForm", "change_email": "CorrectEmailForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}  # fmt: skip
# By address generously: a mobile network shows thousands of residents as one. By login strictly. Wrong passwords are
# counted by residents/adapter.py; right ones are no attack.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "signup": "120/m/ip",
    "reset_password": "60/m/ip,3/15m/key",
    "reset_password_from_key": "60/m/ip",
    "confirm_email": "1/10s/key",
}
# How many proxies of ours stand in front and may be believed about the client's address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENV.get("SAIME_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Saime"
MFA_FORMS = {
    name: f"saime.residents.forms.{form}"
    for name, form in {
        "authenticate": "SecondStepForm", "reauthenticate": "SecondStepAgainForm", "activate_totp": "ActivateAppForm",
        "add_webauthn": "AddPasskeyForm",
    }.items()
}  # fmt: skip
CSRF_FAILURE_VIEW = "saime.residents.drafts.csrf_failed"
CACHES = {"default": {"BACKEND": "saime.residents.cache.TableCache"}}
# A session lasts: nobody is thrown out in the middle of a form.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "lv"
LANGUAGES = [("lv", _("Latvian")), ("ru", _("Russian")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "saime_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Riga"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(ENV.get("SAIME_STATIC_ROOT", DATA_DIR / "static"))
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENV.get("SAIME_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(ENV.get("SAIME_SMTP_PORT", "25"))
EMAIL_HOST_USER = ENV.get("SAIME_SMTP_USER", "")
EMAIL_HOST_PASSWORD = ENV.get("SAIME_SMTP_PASSWORD", "")
EMAIL_USE_TLS = ENV.get("SAIME_SMTP_STARTTLS", "") == "1"
EMAIL_TIMEOUT = 10
# Letters are sent by a thread of the process that wrote them, and by `manage mail` where one is run.
SAIME_MAIL_THREAD = ENV.get("SAIME_MAIL_THREAD", "1") == "1"
# Scans that were uploaded are read by a thread of the process that took them, and by `saime paper watch`.
SAIME_PAPER_THREAD = ENV.get("SAIME_PAPER_THREAD", "1") == "1"
DEFAULT_FROM_EMAIL = ENV.get("SAIME_MAIL_FROM", "saime@localhost")

# Gateways of text messages: each works where its secret is set (docs/channels/sms.md, channels/sms/gateways/config.py).
SMS = {name: value for name, value in ENV.items() if name.startswith("SAIME_SMS_")}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
