"""The addresses of referrals: the clinician's side, then the referrer's."""

from django.urls import path

from referrals.views import alerts, decide, home, refer, referral, respond, sent, track, worklist

clinician = [
    path("", home.page, name="home"),
    path("worklist/", worklist.page, name="worklist"),
    path("worklist/rows/", worklist.rows, name="worklist_rows"),
    path("worklist/export.csv", worklist.export, name="worklist_export"),
    path("team/", respond.page, name="team_offers"),
    path("team/rows/", respond.rows, name="team_rows"),
    path("alerts/", alerts.page, name="alerts"),
    path("alerts/rows/", alerts.rows, name="alerts_rows"),
    path("alerts/<uuid:alert_id>/take/", alerts.take, name="alert_take"),
    path("alerts/breaches/", alerts.breaches, name="breaches"),
    path("alerts/breaches/<uuid:breach_id>/", alerts.review, name="breach_review"),
    path("referrals/<uuid:referral_id>/", referral.page, name="referral"),
    path("referrals/<uuid:referral_id>/message/", referral.message, name="referral_message"),
    path("referrals/<uuid:referral_id>/undo/", decide.undo, name="referral_undo"),
    *(
        path(f"referrals/<uuid:referral_id>/{way.verb}/", view, name=way.url_name)
        for way, view in (decide.VIEWS | respond.VIEWS).items()
    ),
]

referrer = [
    path("refer/", refer.refer, name="refer"),
    path("refer/save/", refer.save, name="refer_save"),
    path("refer/<uuid:draft_id>/", refer.refer, name="refer_draft"),
    path("refer/<uuid:draft_id>/save/", refer.save, name="refer_save_draft"),
    path("refer/<uuid:draft_id>/delete/", refer.discard, name="refer_discard"),
    path("referrals/<uuid:referral_id>/receipt/", sent.receipt, name="referral_receipt"),
    path("sent/", sent.sent, name="sent_referrals"),
    path("sent/export.csv", sent.sent_csv, name="sent_referrals_export"),
    path("track/", track.track_start, name="track_start"),
    path("track/<str:token>/", track.track, name="track"),
]

urlpatterns = [*clinician, *referrer]
