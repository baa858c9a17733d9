"""Production: secrets only from the environment, behind a proxy that ends TLS."""

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.settings.base import *  # noqa: F403  settings are composed this way in Django

SECRET_KEY = env.text("SECRET_KEY")
if SECRET_KEY.startswith("demonstration-only"):
    raise ImproperlyConfigured("SECRET_KEY is the demonstration's: make a secret one for production.")
SECRET_KEY_FALLBACKS = env.listed("SECRET_KEY_FALLBACKS", "")
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS")
BASE_URL = env.text("BASE_URL")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=True)
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("TRUSTED_PROXIES", "1"))
LOGGING = logging_settings(as_json=env.flag("LOG_JSON", default=True), level=LOG_LEVEL)
