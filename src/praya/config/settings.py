"""Django's settings, made from the environment; safe unless told otherwise."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from praya.config.environment import Environment

_environment = Environment()
_package = Path(__file__).resolve().parents[1]
_address = urlsplit(_environment.text("PRAYA_URL"))

PRAYA_HOME = _environment.home
PRAYA_URL = _environment.text("PRAYA_URL").rstrip("/")
PRAYA_ATTACHMENT_BYTES = int(_environment.text("PRAYA_ATTACHMENT_MB")) * 1024 * 1024
PRAYA_JOB_LIMIT_S_MAX = int(_environment.text("PRAYA_JOB_HOURS_MAX")) * 3600
PRAYA_JOB_GRACE_S = int(_environment.text("PRAYA_JOB_GRACE_S"))
PRAYA_JOB_KEEP_DAYS = int(_environment.text("PRAYA_JOB_KEEP_DAYS"))
PRAYA_SLURM_OWN_JOBS = _environment.flag("PRAYA_SLURM_OWN_JOBS")
PRAYA_NODE_PERCENT = int(_environment.text("PRAYA_NODE_PERCENT"))
PRAYA_PUE_PERCENT = int(_environment.text("PRAYA_PUE_PERCENT"))
PRAYA_HOOKS_PRIVATE = _environment.flag("PRAYA_HOOKS_PRIVATE")
if not (
    _environment.is_https or _environment.is_loopback or _environment.flag("PRAYA_INSECURE_HTTP")
):
    raise ImproperlyConfigured(
        "PRAYA_URL is plain http on an address that is not loopback: passwords would cross the "
        "network unprotected. Use https, or set PRAYA_INSECURE_HTTP=1 if you accept that."
    )

SECRET_KEY = _environment.secret_key
DEBUG = _environment.flag("PRAYA_DEBUG")
ALLOWED_HOSTS = sorted({_address.hostname or "", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [PRAYA_URL]
ROOT_URLCONF = "praya.config.urls"
WSGI_APPLICATION = "praya.config.wsgi.application"
DATABASES = {"default": _environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "praya.apps.people",
    "praya.apps.books",
    "praya.apps.clusters",
    "praya.apps.programmes",
    "praya.apps.applications",
    "praya.apps.reviews",
    "praya.apps.awards",
    "praya.apps.life",
    "praya.apps.usage",
    "praya.apps.enforcement",
    "praya.apps.forecasts",
    "praya.apps.changes",
    "praya.apps.billing",
    "praya.apps.notices",
    "praya.apps.reports",
    "praya.words",
    "praya.web",
    "praya.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "praya.web.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "praya.web.middleware.PersonLanguage",
    "praya.web.middleware.NoNullCharacter",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "praya.web.guards.RefusalAnswers",
    "praya.web.guards.BusyAnswers",
    "praya.web.guards.EngineAnswers",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_package / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "praya.web.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if _environment.text("PRAYA_MAIL_URL") else "optional"
ACCOUNT_ADAPTER = "praya.web.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "praya.web.people.forms.SignUpForm",
    "change_password": "praya.web.people.passwords.ChangeForm",
    "set_password": "praya.web.people.passwords.SetForm",
    "reset_password_from_key": "praya.web.people.passwords.ResetForm",
}
# After 5 failures within a minute the next try waits, after 10 for up to a quarter of an hour,
# after 20 for up to three: by account and address together (web/accounts.py), and by address.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/m/key,10/15m/key,20/3h/key,20/m/ip,200/h/ip",
    "login": "60/m/ip",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,3/15m/key",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _environment.is_loopback
MFA_TOTP_ISSUER = "Praya"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _environment.is_https else "http"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "web:home"

FORM_RENDERER = "praya.web.forms.Renderer"
CSRF_FAILURE_VIEW = "praya.web.answers.csrf_failed"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [_package / "locale"]
FORMAT_MODULE_PATH = "praya.words.formats"
TIME_ZONE = _environment.text("PRAYA_TIME_ZONE")
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = PRAYA_HOME / "static"
STATICFILES_DIRS = [_package / "web" / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRAYA_HOME / "attachments", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _environment.is_https
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = int(_environment.text("PRAYA_HSTS_SECONDS"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_SSL_REDIRECT = _environment.is_https
# A monitor on the same machine asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
X_FRAME_OPTIONS = "DENY"
PRAYA_TRUST_PROXY = _environment.flag("PRAYA_TRUST_PROXY")
if PRAYA_TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# Sign-in attempts are counted where every process sees them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": PRAYA_HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_FROM_EMAIL = _environment.text("PRAYA_MAIL_FROM")
PRAYA_LETTERS = "praya.words.letters.letter_for"
PRAYA_OUTBOX = "praya.apps.notices.commands.put_letter"
globals().update(_environment.mail())

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"praya": {"level": "INFO"}},
}
