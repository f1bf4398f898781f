"""Addresses of terminals. The worker lies in the folder it is to keep: its scope is /terminal/."""

from django.urls import URLPattern, URLResolver, path

from saime.channels.terminal.views import api, page

app_name = "terminal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.kiosk, name="kiosk"),
    path("worker.js", page.worker, name="worker"),
    path("enrol/", page.enrol, name="enrol"),
    path("api/enrol", api.enrol, name="api-enrol"),
    path("api/health", api.health, name="health"),
    path("api/lookup", api.lookup, name="lookup"),
    path("api/entries", api.entries, name="entries"),
]
