"""All settings in one file, driven by the environment.

Nothing set means the embedded default: SQLite, a folder as message broker, local file storage (design §4.2).
``.env.example`` explains every variable.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured

from config.mail import digest_time, mail_settings
from config.stores import check_time, database_options, file_store

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return an environment variable without surrounding space; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool = False) -> bool:
    """Return an environment variable as a truth value; 1, true, yes and on are true."""
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated environment variable as a list without empty entries."""
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


VAR_DIR = Path(env("DUCHATONG_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env_bool("DJANGO_DEBUG")


def secret_key() -> str:
    """Return ``DJANGO_SECRET_KEY``, or the key kept in the run-time folder, made at the first start."""
    given = env("DJANGO_SECRET_KEY")
    if given:
        return given
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        # Two processes may start together: the first to create the file wins, the other reads it.
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
    return kept.read_text().strip()


SECRET_KEY = secret_key()
ALLOWED_HOSTS = env_list("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("DJANGO_CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "axes",
    "jobs",
    "units",
    "inspections",
    "reports",
]

MIDDLEWARE = [
    "config.middleware.AskingMiddleware",
    "config.requests.MeasuringMiddleware",
    "config.middleware.ApiMiddleware",
    "config.errors.MethodNotAllowedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.GuardMiddleware",
    "units.middleware.LoginMiddleware",
    "units.middleware.SessionUseMiddleware",
    "units.middleware.DutyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "units.watching.RefusalMiddleware",
]

API_PREFIX = "/api/"
"""Below it every answer is JSON, errors and the missing log-in included."""
VERSION = "0.1.0"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "config.menu.menu",
                "units.context.bell",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------------------------------

DATABASE_URL = env("DATABASE_URL", f"sqlite:///{VAR_DIR / 'duchatong.sqlite3'}")
DATABASE_ENGINE = env("DATABASE_ENGINE")
"""Any Django backend in place of the one that the URL's scheme means; nothing but SQLite and PostgreSQL was tried."""
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, engine=DATABASE_ENGINE or None, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE a reader that turns writer fails at once with "database is locked" (measured, docs/decisions/0002).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;",
    }
if env("DATABASE_OPTIONS"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(database_options(env("DATABASE_OPTIONS")))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who paints PDFs: direct (our own painter, WeasyPrint for what it does not know) or weasyprint (always).
PDF_ENGINE = env("DUCHATONG_PDF_ENGINE", "direct").strip().lower()
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": file_store(
        MEDIA_ROOT,
        bucket=env("S3_BUCKET"),
        endpoint=env("S3_ENDPOINT"),
        keys=(env("S3_ACCESS_KEY"), env("S3_SECRET_KEY")),
        region=env("S3_REGION", "us-east-1"),
        addressing=env("S3_ADDRESSING", "path"),
        ca_file=env("S3_CA_FILE"),
    ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- people -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "units.User"
FIRST_USER_COMMAND = "create_administrator"
"""The management command that ``serve`` offers while there is no user."""
LOGIN_URL = "units:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "units:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "units.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "units.passwords.ClassesValidator"},
    {"NAME": "units.passwords.HistoryValidator", "OPTIONS": {"last": 5}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_MAX_DAYS = int(env("PASSWORD_MAX_DAYS", "90"))
"""After so many days a password has to be changed; 0: never."""
ONE_TIME_PASSWORD_DAYS = int(env("ONE_TIME_PASSWORD_DAYS", "30"))
"""For so many days a one-time password waits for its first use; 0: for ever."""
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# The account at one address is locked, not the account as a whole: else anybody could keep anybody from working.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = int(env("LOGIN_TRIES", "5"))
AXES_COOLOFF_TIME = timedelta(minutes=int(env("LOGIN_LOCK_MINUTES", "30")))
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "units.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "units.lockout.address_of"
# People type passwords into the wrong field: attempts are kept under a keyed hash of the name, and what was typed is not kept at all.
AXES_USERNAME_CALLABLE = "units.lockout.key_of"
AXES_SENSITIVE_PARAMETERS = ["username", "password", "next", "code", "proof"]
AXES_DISABLE_ACCESS_LOG = True  # the activity log has it
AXES_VERBOSE = False
SESSION_ENGINE = "units.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_MINUTES = int(env("SESSION_IDLE_MINUTES", "30"))
"""A log-in that lies unused for so long ends; 0: only after the 12 hours above."""
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
MESSAGE_TAGS = {10: "secondary", 20: "info", 25: "success", 30: "warning", 40: "danger"}

# Single sign-on (统一身份认证): off unless an issuer is given; matched to accounts that exist, never creating any (docs/operations.md).
OIDC_ISSUER = env("OIDC_ISSUER").rstrip("/")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env("OIDC_CLIENT_ID"), env("OIDC_CLIENT_SECRET")
OIDC_CLAIM = env("OIDC_CLAIM", "preferred_username")
"""Which claim holds our user name."""
OIDC_SCOPES = " ".join(["openid", *env_list("OIDC_SCOPES", "profile")])
OIDC_FACTOR = env_list("OIDC_FACTOR")
"""When our own second step is left out: ``always``, or the ``amr`` values that stand for a second factor there; empty: never."""
OIDC_LABEL = env("OIDC_LABEL", "统一身份认证登录")
OIDC_CA_FILE = env("OIDC_CA_FILE")
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    message = "启用统一身份认证须同时设置 OIDC_ISSUER 和 OIDC_CLIENT_ID。"
    raise ImproperlyConfigured(message)
if OIDC_ISSUER and not OIDC_ISSUER.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
    message = "OIDC_ISSUER 必须是 https 地址。"
    raise ImproperlyConfigured(message)

# --- language and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- static files -------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# A second run-time folder (of a test, of the printed demo) does without a copy of its own.
VENDOR_DIR = next((folder for folder in (VAR_DIR / "vendor", BASE_DIR / "var" / "vendor") if folder.is_dir()), VAR_DIR / "vendor")
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", VENDOR_DIR)]
WHITENOISE_USE_FINDERS = DEBUG
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- security -----------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Behind TLS: cookies only over HTTPS, HSTS, redirect. Off by default, since the embedded default serves plain HTTP on loopback.
HTTPS = env_bool("DJANGO_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# The container's own health check speaks plain HTTP to the loopback address.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env_bool("DJANGO_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
TRUSTED_PROXIES = [ipaddress.ip_network(given, strict=False) for given in env_list("DJANGO_TRUSTED_PROXIES")]
"""Whose word on the visitor's address counts behind a proxy; empty: that of whoever can reach the port."""

# --- background work ----------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env("CELERY_BROKER_URL", "folder://localhost")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker that is not told which (--queues) takes both.
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in ("celery", "rendering")}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "jobs-sweep": {"task": "jobs.tasks.sweep", "schedule": 10.0, "options": {"expires": 9}},
    "jobs-worker-beat": {"task": "jobs.tasks.worker_beat", "schedule": 15.0, "options": {"expires": 14}},
    "jobs-rendering-beat": {
        "task": "jobs.tasks.worker_beat",
        "args": ["rendering"],
        "schedule": 15.0,
        "options": {"expires": 14, "queue": "rendering"},
    },
    # Often, and almost always for nothing: what is due is a matter of rows, so a missed message costs minutes and never a day.
    "units-routines": {"task": "units.tasks.routines", "schedule": 60.0, "options": {"expires": 55}},
    "units-seal": {"task": "units.tasks.seal_activity", "schedule": 60.0, "options": {"expires": 55}},
    # Leaders' figures follow the facts within seconds; when nothing has changed it is one question to the database.
    "inspections-fold": {"task": "inspections.tasks.fold_tallies", "schedule": 2.0, "options": {"expires": 2}},
    "jobs-check-files": {"task": "jobs.tasks.check_files", "schedule": 300.0, "options": {"expires": 290}},
    "jobs-backup": {"task": "jobs.tasks.backup", "schedule": 1800.0, "options": {"expires": 1700}},
    "units-deliver": {"task": "units.tasks.deliver", "schedule": 60.0, "options": {"expires": 55}},
    # An edited report is found at once, by its words as they stand; this makes it cheap again.
    "reports-index": {"task": "reports.tasks.index_reports", "schedule": 60.0, "options": {"expires": 55}},
}
if CELERY_BROKER_URL.startswith("folder:"):
    QUEUE_DIR = VAR_DIR / "queue"
    for folder in ("messages", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
elif not CELERY_BROKER_URL.startswith("memory:"):
    message = "CELERY_BROKER_URL 只支持 folder://、redis:// 或 rediss://。"
    raise ImproperlyConfigured(message)
JOB_STALE_SECONDS = int(env("JOB_STALE_SECONDS", "30"))
"""A running job without a heartbeat for this long is taken over by another worker (docs/decisions/0003)."""

# --- deadlines -----------------------------------------------------------------------------------------------------------

RECTIFICATION_WARNING_DAYS = int(env("RECTIFICATION_WARNING_DAYS", "3"))
"""How many working days before its deadline the lamp of a row in the ledger turns yellow."""

# --- reminders ----------------------------------------------------------------------------------------------------------

EMAIL_ON = bool(env("EMAIL_URL"))
globals().update(mail_settings(env("EMAIL_URL"), env("EMAIL_FROM")))
EMAIL_DOMAINS = [domain.lower() for domain in env_list("EMAIL_DOMAINS")]
"""Mail goes to addresses in these domains only; empty means any."""
SITE_URL = env("SITE_URL").rstrip("/")
"""What links in mails begin with; empty means mails without links."""
DIGEST_TIME = digest_time(env("DIGEST_TIME", "08:10"))
ROBOT_HOSTS = [host.lower() for host in env_list("ROBOT_HOSTS")]
"""Hosts (``host`` or ``host:port``) to which robots may be set up; empty means no robots at all."""
ROBOT_INTERNAL_HOSTS = [host.lower() for host in env_list("ROBOT_INTERNAL_HOSTS")]
"""The same for hosts that may lie in the private network."""
ROBOT_CA_FILE = env("ROBOT_CA_FILE")

# One document may take so long and so much memory, then it alone is given up (docs/decisions/0015). 0 and 0: no limits, no process apart.
RENDERING_SECONDS = float(env("RENDERING_SECONDS", "60"))
RENDERING_MEMORY_MB = int(env("RENDERING_MEMORY_MB", "512"))
RENDERING_DOCUMENTS = int(env("RENDERING_DOCUMENTS", "500"))
"""After so many documents the process that makes them is started anew, whatever it may have kept."""

# --- backups --------------------------------------------------------------------------------------------------------------

BACKUP_DIR = env("BACKUP_DIR")
"""Where a backup is written every day; empty means none is made by itself."""
BACKUP_KEEP = max(1, int(env("BACKUP_KEEP", "14")))
BACKUP_PASSPHRASE_FILE = env("BACKUP_PASSPHRASE_FILE")

VERIFY_FILES_TIME = check_time(env("VERIFY_FILES_TIME", "02:00"))
"""From when on all stored files are compared with what is recorded of them, once a day; ``None``: never by itself."""

# --- limits -------------------------------------------------------------------------------------------------------------

EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
SUBMISSION_MAX_BYTES = 100 * 1024 * 1024
IMPORT_MAX_BYTES = 20 * 1024 * 1024
REQUEST_MAX_BYTES = 210 * 1024 * 1024
"""One request as a whole: ten pieces of evidence of the largest size. What is larger is turned away before it reaches the disk."""
FIELD_SYNC_RECORDS = 200
FIELD_SYNC_BYTES = 2 * 1024 * 1024
FIELD_PHOTO_BYTES = 8 * 1024 * 1024
FIELD_PHOTOS_PER_FINDING = 30
FIELD_SIGNATURE_BYTES = 200 * 1024
FIELD_DAY_UNITS = 300
"""Units that one download for offline use holds: more than a team visits in a campaign."""
RESCUE_MAX_BYTES = 200 * 1024 * 1024
API_REQUESTS_PER_MINUTE = int(env("API_REQUESTS_PER_MINUTE", "1200"))
"""Of one user, per process. A phone with good reception sends about one request a second."""
API_TOKEN_REQUESTS_PER_MINUTE = int(env("API_TOKEN_REQUESTS_PER_MINUTE", "120"))
"""Of one access token, per process: pages of 500 rows are a million rows in a quarter of an hour."""
ANONYMOUS_MAX_BYTES = 1024 * 1024
"""The same for visitors who have not logged in: they send a name and a password."""

# --- logging ------------------------------------------------------------------------------------------------------------

LOG_FORMAT = env("LOG_FORMAT", "line").lower()
if LOG_FORMAT not in {"line", "json"}:
    message = "LOG_FORMAT 只能是 line 或 json。"
    raise ImproperlyConfigured(message)
LOG_REQUESTS = env_bool("LOG_REQUESTS")
"""Whether each request gets a line of its own; off where people watch the terminal."""
METRICS_TOKEN = env("METRICS_TOKEN")
"""Who sends it may read ``/metrics``; empty: there is no such page."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.PlainLines"}, "json": {"()": "config.logs.JsonLines"}},
    "filters": {"no_trace_for_refusals": {"()": "config.logs.NoTraceForRefusals"}, "work_ids": {"()": "config.logs.WorkIds"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["no_trace_for_refusals", "work_ids"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    "loggers": {"django.server": {"level": "WARNING"}, "duchatong": {"level": env("LOG_LEVEL", "INFO")}},
}
# What gathers JSON lines must not stumble over a warning of Python's.
logging.captureWarnings(LOG_FORMAT == "json")
