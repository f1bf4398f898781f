"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("office/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
]

if getattr(settings, "DESIGN_GALLERY", False):
    urlpatterns += [path("design/", include("saime.web.design.urls"))]
