"""What a server of `bench.servers` runs: the platform, with the addresses of the module BENCH_URLS names."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hegang_credit.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

settings.ROOT_URLCONF = os.environ["BENCH_URLS"]
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  # read here once, before the workers part from it
