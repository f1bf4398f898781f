"""Addresses of this channel: for gateways only."""

from django.urls import URLPattern, URLResolver, path

from saime.channels.sms import views

app_name = "sms"

urlpatterns: list[URLPattern | URLResolver] = [
    path("kannel/message/", views.kannel_message, name="kannel_message"),
    path("kannel/report/", views.kannel_report, name="kannel_report"),
    path("webhook/messages/", views.webhook_message, name="webhook_message"),
    path("webhook/reports/", views.webhook_report, name="webhook_report"),
]
