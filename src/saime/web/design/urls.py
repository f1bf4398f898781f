"""The gallery's address, only where settings say DESIGN_GALLERY (development, tests)."""

from django.urls import path

from saime.web.design.gallery import gallery, gallery_plain

urlpatterns = [
    path("", gallery, name="design_gallery"),
    path("plain/", gallery_plain, name="design_gallery_plain"),
]
