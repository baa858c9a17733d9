"""Settings that hold everywhere; demo, test and production say only what differs."""

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import env
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = False
DEMO = False
ALLOWED_HOSTS: list[str] = []
INTERNAL_IPS: list[str] = []

INSTALLED_APPS = [
    "accounts.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
    "audit",
    "directory",
    "accounts",
    "patients",
    "referrals",
    "homefirst",
    "bcf",
    "api",
    "synthetic",
    "config",
]

MIDDLEWARE = [
    "config.middleware.CorrelationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.ActorMiddleware",
    "config.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "config.jinja2.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "config.forms.NHSFormRenderer"

DATABASES = {"default": env.database(env.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
VALKEY = {
    "LOCATION": REDIS_URL,
    "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 1)},
}
CACHES = {
    "default": {"BACKEND": "config.caches.CountingCache", **VALKEY},
    "shared": {"BACKEND": "config.caches.SharedCache", **VALKEY},
    "sessions": {"BACKEND": "config.caches.SessionCache", **VALKEY},
    "meanwhile": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "meanwhile",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ROOT = BASE_DIR / "static" / "vendor" / "nhsuk-frontend"  # its style sheet asks for /assets/images/…
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Signing in and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotTheDemonstrationsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"
SESSION_COOKIE_NAME = "portal_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_LIMIT = timedelta(minutes=15)
SESSION_HARD_LIMIT = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_HARD_LIMIT.total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

BREAK_GLASS_LASTS = timedelta(hours=4)

REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR")
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("TRUSTED_PROXIES", "0"))
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator adds the address; the portal sends no e-mail
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",  # a whole hospital may share one address
    "login_failed": "100/15m/ip,5/15m/key",  # per address; and per person, known or not
    "reset_password_from_key": "20/m/ip",
}
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Home First portal"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}

# NHS CIS2 (OpenID Connect); off while CIS2_CLIENT_ID is empty. Scopes and levels are CIS2's to say, so they are data.
CIS2_PRIVATE_KEY = env.text("CIS2_PRIVATE_KEY", "").replace("\\n", "\n")  # PEM; else CIS2_CLIENT_SECRET
CIS2_KEY_ID = env.text("CIS2_KEY_ID", "")
CIS2_SIGNING_ALGORITHM = env.text("CIS2_SIGNING_ALGORITHM", "RS512")
CIS2_STRONG_LEVELS = env.listed("CIS2_STRONG_LEVELS", "AAL2,AAL3")
CIS2_CLIENT_ID = env.text("CIS2_CLIENT_ID", "")
CIS2_ACR_VALUES = env.text("CIS2_ACR_VALUES", "")
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: form-action 'self' would stop a form that leads to another site
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
if CIS2_CLIENT_ID:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": env.flag("CIS2_PKCE", default=True),
        "AUTH_PARAMS": {"acr_values": CIS2_ACR_VALUES} if CIS2_ACR_VALUES else {},
        "APPS": [
            {
                "provider_id": "cis2",
                "name": "NHS CIS2",
                "client_id": CIS2_CLIENT_ID,
                "secret": "" if CIS2_PRIVATE_KEY else env.text("CIS2_CLIENT_SECRET"),
                "settings": {
                    "server_url": env.text("CIS2_ISSUER"),
                    "token_auth_method": "private_key_jwt" if CIS2_PRIVATE_KEY else "client_secret_post",
                    "scope": env.text(
                        "CIS2_SCOPES", "openid profile email nationalrbacaccess organisationalmemberships selectedrole"
                    ).split(),
                },
            }
        ],
    }

# Partners: OAuth 2.0 client credentials only, tokens kept as checksums, JSON both ways
OAUTH2_PROVIDER_APPLICATION_MODEL = "api.Client"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "SCOPES_BACKEND_CLASS": "api.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
API_REQUESTS_A_MINUTE = int(env.text("API_REQUESTS_A_MINUTE", "600"))  # of one partner system; 0: no limit
API_TOKENS_A_MINUTE = int(env.text("API_TOKENS_A_MINUTE", "60"))  # asked for by one known system; 0: no limit
API_TOKEN_TRIES_A_MINUTE = int(env.text("API_TOKEN_TRIES_A_MINUTE", "120"))  # by all others of one network address
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.refusals.handler",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Home First partner API",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Send referrals to the single point of access of Leicester, Leicestershire and Rutland, "
    "follow them, and answer what is offered to your service. Instants are UTC; errors are problem details with "
    "stable codes.",
    "SERVERS": [{"url": "/"}],
    "PREPROCESSING_HOOKS": ["api.schema.only_ours"],
    "POSTPROCESSING_HOOKS": ["api.schema.finish"],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "GENERIC_ADDITIONAL_PROPERTIES": None,
}
SILENCED_SYSTEM_CHECKS: list[str] = []

# Browser security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "https://assets.nhs.uk"],  # named by nhsuk-frontend, never fetched: app.css says why
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Background work
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "forget-sessions": {
        "task": "accounts.tasks.forget_ended_sessions",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "heartbeat": {"task": "config.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 30}},
    "forget-api-leftovers": {"task": "api.tasks.forget_what_ran_out", "schedule": 3600.0, "options": {"expires": 600}},
    "make-partitions": {
        "task": "audit.tasks.make_partitions",
        "schedule": crontab(hour=1, minute=10),
        "options": {"expires": 3600},
    },
    "sweep-clocks": {"task": "referrals.tasks.sweep_clocks", "schedule": 30.0, "options": {"expires": 30}},
    "expire-offers": {"task": "referrals.tasks.expire_offers", "schedule": 30.0, "options": {"expires": 30}},
    "follow-deaths": {"task": "referrals.tasks.follow_deaths", "schedule": 30.0, "options": {"expires": 30}},
    "follow-referrals": {"task": "homefirst.tasks.follow_referrals", "schedule": 5.0, "options": {"expires": 5}},
    "catch-up": {"task": "homefirst.tasks.catch_up", "schedule": 600.0, "options": {"expires": 600}},
    "count": {"task": "bcf.tasks.count", "schedule": 1.0, "options": {"expires": 5}},
    "count-everything": {
        "task": "bcf.tasks.count_everything",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600},
    },
    "expire-questions": {"task": "referrals.tasks.expire_questions", "schedule": 60.0, "options": {"expires": 60}},
}

# Logs: JSON lines where machines read them; nothing identifying or sensitive by name
LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING = logging_settings(as_json=env.flag("LOG_JSON"), level=LOG_LEVEL)
