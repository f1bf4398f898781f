"""Addresses of the interface for other systems."""

from django.urls import URLPattern, URLResolver, path

from saime.api.v1.api import api
from saime.api.views import about

urlpatterns: list[URLPattern | URLResolver] = [
    path("", about, name="api_about"),
    path("v1/", api.urls),
]
