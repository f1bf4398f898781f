"""Signing up, logging in, settings. Names without a namespace: allauth's are so, too."""

from allauth.urls import urlpatterns as allauth_urls
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from saime.web.portal.account.views import joining, language, settings, staff

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/2fa/", RedirectView.as_view(pattern_name="settings_security"), name="mfa_index"),
    path("account/", include(allauth_urls)),
    path("connect/", joining.connect, name="connect"),
    path("connect/code/", joining.send_code, name="connect_send_code"),
    path("connect/code/sent/", joining.code_sent, name="connect_code_sent"),
    path("invitation/accept/", joining.accept, name="invitation_accept"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("language/", language.choose, name="set_language"),
    path("mail-status/", joining.mail_status, name="mail_status"),
    path("settings/", settings.overview, name="settings"),
    path("settings/language/", settings.language, name="settings_language"),
    path("settings/bills/", settings.bills, name="settings_bills"),
    path("settings/access/", settings.access, name="settings_access"),
    path("settings/access/<str:account_no>/invite/", settings.invite, name="settings_invite"),
    path(
        "settings/access/<str:account_no>/withdraw/<int:invitation_id>/",
        settings.withdraw,
        name="settings_withdraw",
    ),
    path("settings/access/<str:account_no>/end/<int:access_id>/", settings.end, name="settings_end_access"),
    path("settings/security/", settings.security, name="settings_security"),
    path("office/see-as-resident/", staff.start, name="staff_view"),
    path("office/see-as-resident/end/", staff.end, name="staff_view_end"),
]
