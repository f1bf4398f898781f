"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# Nobody logs in past the limits and the second step.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("saime.web.portal.urls")),
    path("", include("saime.web.portal.account.urls")),
    path("send-reading/", include("saime.channels.guest.urls")),
    path("terminal/", include("saime.channels.terminal.urls")),
    path("sms/", include("saime.channels.sms.urls")),
    path("api/", include("saime.api.urls")),
    path("staff/", include("saime.web.staff.urls")),
    path("office/", admin.site.urls),
    path("health/", include("saime.platform.health")),
]

if getattr(settings, "DESIGN_GALLERY", False):
    urlpatterns += [path("design/", include("saime.web.design.urls"))]

handler400 = "saime.web.portal.views.errors.bad_request"
handler403 = "saime.web.portal.views.errors.permission_denied"
handler404 = "saime.web.portal.views.errors.page_not_found"
handler500 = "saime.web.portal.views.errors.server_error"
