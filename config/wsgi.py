"""The WSGI entry point for the application server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from accounts.checks import refuse_demonstration_credentials  # noqa: E402  models can be imported only now

refuse_demonstration_credentials()
