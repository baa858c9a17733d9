"""One machine, synthetic people: what `make run` uses."""

from config import env
from config.settings.base import *  # noqa: F403  settings are composed this way in Django

DEMO = True
SECRET_KEY = env.text("SECRET_KEY", "demonstration-only-not-a-secret-" + "0" * 32)
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PORT = env.text("PORT", "8000")
BASE_URL = env.text("BASE_URL", f"http://localhost:{PORT}")
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
