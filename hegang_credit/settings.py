"""Settings. Everything that differs between places comes from the environment; the defaults refuse to run in production."""

import logging
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("CREDIT_DEMO", default=False)

# Fixed keys would be shared by every installation, so only tests and read-only commands may run without their own.
_DEVELOPMENT_KEY = "development-only-key-development-only-key-development-only"
SECRET_KEY = env.str("SECRET_KEY", default=_DEVELOPMENT_KEY)
DATA_KEYS = env.dict("CREDIT_DATA_KEYS", default={"d1": _DEVELOPMENT_KEY})
DATA_KEY_CURRENT = env.str("CREDIT_DATA_KEY_CURRENT", default="d1")
LOOKUP_KEY = env.str("CREDIT_LOOKUP_KEY", default=_DEVELOPMENT_KEY)
if env.bool("CREDIT_PRODUCTION", default=False) and _DEVELOPMENT_KEY in {
    SECRET_KEY,
    LOOKUP_KEY,
    *DATA_KEYS.values(),
}:
    raise ImproperlyConfigured("SECRET_KEY, CREDIT_DATA_KEYS and CREDIT_LOOKUP_KEY must be set in production")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE = env.bool("CREDIT_HTTPS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "csp",
    "captcha",
    "common",
    "ledger",
    "agencies",
    "catalog",
    "records",
    "blacklist",
    "sanctions",
    "repair",
    "province",
    "supervision",
    "portal",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.request_log.QuietRequestMiddleware",
    "common.body_length.length_required",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "hegang_credit.urls"
WSGI_APPLICATION = "hegang_credit.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.presentation.shell",
            ],
            "builtins": ["common.templatetags.credit", "agencies.templatetags.saved_filters"],
        },
    }
]
FORM_RENDERER = "common.presentation.CreditFormRenderer"

# --- database: PostgreSQL, always -------------------------------------------------------------------------
# Web and workers act under a role that may not touch the ledger (DATABASE_ROLE); migrations run as the owner;
# the sealer is a third role with a connection of its own. See docs/operations.md.
DATABASE_URL = env.str("DATABASE_URL", default="postgres://credit@127.0.0.1:5432/credit")


def _database(url: str, role: str) -> dict[str, object]:
    config: dict[str, object] = dict(env.db_url_config(url))
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("the database is PostgreSQL, always")
    config["ENGINE"] = "common.postgresql"  # the same, see there
    options = ["-c timezone=UTC", "-c random_page_cost=1.1"]
    if role:
        options.append(f"-c role={role}")
    config["OPTIONS"] = {"options": " ".join(options)}
    config["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    config["CONN_HEALTH_CHECKS"] = True
    config["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DATABASE_POOLED", default=False)
    return config


DATABASE_ROLE = env.str("DATABASE_ROLE", default="")
DATABASES = {
    "default": _database(DATABASE_URL, DATABASE_ROLE),
    "sealer": {
        **_database(
            env.str("DATABASE_SEALER_URL", default=DATABASE_URL), env.str("DATABASE_SEALER_ROLE", default="")
        ),
        "TEST": {"MIRROR": "default"},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker and cache: the Redis protocol, always ---------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "credit",
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT = "common.broker:Transport"
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = (
    None  # Celery's own 100 tries end after 48 minutes, and the worker with them
)
CELERY_TASK_PUBLISH_RETRY = False
# Whoever hands something in does not wait for a broker that is away: one try, and the row is found without it (kombu would go
# on for six seconds). Workers and beat look for theirs as said above.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 0}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_DB_REUSE_MAX = 100
CELERY_BEAT_SCHEDULE = {
    "seal-ledger": {"task": "ledger.tasks.seal_ledger", "schedule": 2.0},
    "resume-batches": {"task": "records.tasks.resume_batches", "schedule": 10.0},
    "resume-deliveries": {"task": "blacklist.tasks.resume_deliveries", "schedule": 10.0},
    "resume-screening": {"task": "sanctions.tasks.resume_screening_files", "schedule": 15.0},
    "note-changes": {"task": "sanctions.tasks.note_changes", "schedule": 60.0},
    "touch-ended": {"task": "records.tasks.touch_ended_records", "schedule": 3600.0},
    "touch-ended-entries": {"task": "blacklist.tasks.touch_ended_entries", "schedule": 3600.0},
    "touch-ended-measures": {"task": "sanctions.tasks.touch_ended_measures", "schedule": 3600.0},
    "write-lines": {"task": "province.tasks.write_lines", "schedule": 5.0},
    "mend-lines": {"task": "province.tasks.mend_lines", "schedule": crontab(minute=35)},
    "keep-figures": {"task": "province.tasks.keep_figures", "schedule": crontab(hour=0, minute=20)},
    "push-province": {"task": "province.tasks.push_pending", "schedule": 5.0},
    "discard-orphan-files": {
        "task": "common.tasks.discard_orphan_files",
        "schedule": crontab(hour=4, minute=10),
    },
    "compare-holdings": {"task": "province.tasks.compare_holdings", "schedule": crontab(hour=6, minute=20)},
    "clear-drafts": {"task": "records.tasks.clear_drafts", "schedule": crontab(hour=3, minute=20)},
    "erase-due": {"task": "records.tasks.erase_due", "schedule": crontab(hour=3, minute=40)},
    "erasure-look-again": {"task": "records.tasks.look_again", "schedule": crontab(hour=3, minute=50)},
    "take-statistics": {"task": "portal.tasks.take_statistics", "schedule": crontab(minute=25)},
    "supervise": {"task": "supervision.tasks.refresh_clues", "schedule": crontab(hour=5, minute=40)},
}

# Rooms above `records` that keep something about persons (records.erasure.selectors).
ERASURE_ROOMS = [
    "blacklist.erasure",
    "repair.erasure",
    "sanctions.erasure",
    "province.erasure",
    "supervision.erasure",
]

# --- people -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agencies.Officer"
AUTHENTICATION_BACKENDS = [
    "agencies.backends.OfficerBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_USER_OBJ_PERMS_MODEL = "guardian.UserObjectPermission"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/workbench/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "agencies.sign_in.ClosedAccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "agencies.sign_in_forms.PlainLoginForm"}
MFA_ADAPTER = "agencies.sign_in.EncryptedMFAAdapter"
MFA_FORMS = {
    "authenticate": "agencies.sign_in_forms.CodeForm",
    "reauthenticate": "agencies.sign_in_forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one step either way: clocks differ and people type slowly (RFC 6238, 5.2)
MFA_TOTP_ISSUER = "鹤岗市信用信息共享平台"
OAUTH2_PROVIDER_APPLICATION_MODEL = "agencies.ApiClient"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "SCOPES_BACKEND_CLASS": "agencies.api_clients.ClientScopes",
    "OAUTH2_VALIDATOR_CLASS": "agencies.api_clients.TokenValidator",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    # RFC 9700: only client credentials are used; tokens are stored as digests and never travel in a URL.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
}
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True

# --- interfaces -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["common.media.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.media.OrjsonParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.api_clients.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["agencies.api_clients.ScopeRequired"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {
        "public": env.str("PUBLIC_API_RATE", default="120/min"),
        "reference": env.str("REFERENCE_API_RATE", default="1200/min"),
        "errand": env.str("ERRAND_RATE", default="20/min"),
        "report": env.str("REPORT_RATE", default="20/min"),
    },
    "EXCEPTION_HANDLER": "common.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
}
# An errand takes longer than a sign-in: the question holds for half an hour. Nothing is read aloud by a program here;
# whoever cannot see the picture answers the sum in words instead.
CAPTCHA_TIMEOUT = 30
CAPTCHA_LENGTH = 4
CAPTCHA_FONT_SIZE = 34
CAPTCHA_LETTER_ROTATION = (-20, 20)
SPECTACULAR_SETTINGS = {
    "TITLE": "鹤岗市信用信息共享平台接口",
    "DESCRIPTION": "公共信用信息的归集、共享、公开与核对。错误以 RFC 9457 问题文档返回，编码稳定。",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PUBLIC": True,
    "ENUM_NAME_OVERRIDES": {
        "SubjectKindEnum": "catalog.choices.SubjectKind",
        "CaseStepKindEnum": "blacklist.choices.StepKind",
    },
}
PROVINCE_PUSH_URL = env.str("PROVINCE_PUSH_URL", default="")
PROVINCE_RECONCILIATION_URL = env.str("PROVINCE_RECONCILIATION_URL", default="")
PROVINCE_PUSH_SECRET = env.str("PROVINCE_PUSH_SECRET", default="")

# --- files, language, time --------------------------------------------------------------------------------
VAR_DIR = Path(env.str("CREDIT_VAR_DIR", default=str(BASE_DIR / "var")))
PRIVATE_ROOT = VAR_DIR / "private"
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=20 * 1024 * 1024)
BATCH_MAX_BYTES = env.int("BATCH_MAX_BYTES", default=200 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# What is larger lies on the disk while the request lasts, but never in plain.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "common.sealed_file.SealedUploadHandler",
]
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_HASHED", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.bool("STATIC_HASHED", default=False)
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- names that reorganisations change --------------------------------------------------------------------
CREDIT_SITE_NAME = env.str("CREDIT_SITE_NAME", default="信用中国（黑龙江鹤岗）")
CREDIT_PLATFORM_NAME = env.str("CREDIT_PLATFORM_NAME", default="鹤岗市信用信息共享平台")
CREDIT_AUTHORITY_NAME = env.str("CREDIT_AUTHORITY_NAME", default="鹤岗市营商环境建设监督局")

# --- ports: rooms above that a room below asks by name -----------------------------------------------------
LIST_MEASURE_HINTS = "sanctions.hints.hints"

# --- headers ----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Business systems whose pages may hold the look-up box; officers are signed in there by the same site's cookie.
SCREENING_BOX_ORIGINS = env.list("SCREENING_BOX_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line per request: how it ended
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
