"""Addresses of this channel."""

from django.urls import URLPattern, URLResolver, path

from saime.channels.guest.views import send_reading

app_name = "guest"
urlpatterns: list[URLPattern | URLResolver] = [path("", send_reading, name="send_reading")]
