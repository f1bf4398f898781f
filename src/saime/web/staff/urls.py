"""Addresses of the office."""

from django.urls import path

from saime.web.staff.views import doubts, forms, home, pictures, remote, scans, terminals, texts

app_name = "staff"

urlpatterns = [
    path("", home.home, name="home"),
    path("keys/", home.keys, name="keys"),
    path("forms/", forms.forms, name="forms"),
    path("forms/next/", forms.take_next, name="forms_next"),
    path("forms/<int:form_id>/", forms.form, name="form"),
    path("forms/<int:form_id>/put-back/", forms.release, name="forms_release"),
    path("forms/<int:form_id>/give-up/", forms.give_up, name="forms_give_up"),
    path("forms/<int:form_id>/customer/", forms.identify, name="forms_identify"),
    path("forms/<int:form_id>/ahead/", forms.ahead, name="forms_ahead"),
    path("pictures/<slug:what>/<int:id_>/", pictures.picture, name="picture"),
    path("readings/", doubts.doubts, name="doubts"),
    path("readings/<int:submission_id>/", doubts.doubt, name="doubt"),
    path("scans/", scans.scans, name="scans"),
    path("scans/upload/", scans.upload, name="scans_upload"),
    path("scans/<int:file_id>/", scans.scan, name="scan"),
    path("messages/", texts.texts, name="texts"),
    path("terminals/", terminals.terminals, name="terminals"),
    path("terminals/add/", terminals.enrol, name="terminal_enrol"),
    path("terminals/<int:terminal_id>/shut-out/", terminals.revoke, name="terminal_revoke"),
    path("remote/", remote.remote, name="remote"),
]
