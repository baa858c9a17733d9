"""Production's settings, over the demonstration's people: they are the ones whose passwords are known here."""

from config.settings.production import *  # noqa: F403  settings are composed this way in Django

DEMO = True
REQUIRE_SECOND_FACTOR = False
ROOT_URLCONF = "bench.urls"
API_REQUESTS_A_MINUTE = 10**9  # counted as in production, never reached
API_TOKENS_A_MINUTE = API_TOKEN_TRIES_A_MINUTE = 10**9
