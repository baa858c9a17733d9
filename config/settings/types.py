"""For mypy by itself, which reads the models and asks no server: addresses where nobody listens, if none are named."""

import os

os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from config.settings.test import *  # noqa: E402, F403  settings are composed this way in Django
