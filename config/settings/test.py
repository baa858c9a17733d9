"""The tests: real PostgreSQL, Valkey and Celery, cheap password hashing."""

from config.settings.demo import *  # noqa: F403  settings are composed this way in Django

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # nothing is collected for tests
WHITENOISE_USE_FINDERS = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  a browser keeps sockets open: each would hold a connection
API_REQUESTS_A_MINUTE = API_TOKENS_A_MINUTE = API_TOKEN_TRIES_A_MINUTE = 0  # tests of the limits set one
