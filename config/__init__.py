"""Settings, addresses, templates and tasks: knows every room, holds no domain rule."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
