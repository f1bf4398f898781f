"""The residents' pages."""

from django.urls import path

from saime.web.portal.views import bills, consumption, helping, home, meters, payments, readings

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("readings/", readings.readings, name="readings"),
    path("readings/history/", readings.reading_history, name="reading_history"),
    path("meters/", meters.meters, name="meters"),
    path("consumption/", consumption.consumption, name="consumption"),
    path("bills/", bills.bills, name="bills"),
    path("bills/<str:bill_no>/", bills.bill, name="bill"),
    path("bills/<str:bill_no>/pdf/", bills.bill_pdf, name="bill_pdf"),
    path("bills/<str:bill_no>/why/<slug:what>/", bills.bill_why, name="bill_why"),
    path("payments/", payments.payments, name="payments"),
    path("payments/statement/", payments.account_statement, name="statement"),
    path("help/", helping.help_page, name="help"),
]
