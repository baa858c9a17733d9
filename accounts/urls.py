"""Addresses under /accounts/: ours, and those pages of django-allauth that we use. Every one is marked."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as social
from django.urls import path, re_path

from accounts import views
from accounts.access import identified, public

sign_in = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", public(account.logout), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("cis2/login/", views.cis2_login, name="accounts_cis2_login"),
    path("cis2/callback/", views.cis2_callback, name="accounts_cis2_callback"),
    path("cis2/cancelled/", public(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("second-factor/sign-in/", public(mfa.authenticate), name="mfa_authenticate"),
    path("passkeys/sign-in/", public(passkey.login_webauthn), name="mfa_login_webauthn"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/done/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

mine = [
    path("me/", views.me, name="accounts_me"),
    path("role/", views.role, name="accounts_role"),
    path("stay/", views.stay, name="accounts_stay"),
    path("reauthenticate/", identified(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", identified(account.password_change), name="account_change_password"),
    path("password/set/", identified(account.password_set), name="account_set_password"),
]

second_factor = [
    path("second-factor/", identified(mfa.index), name="mfa_index"),
    path("second-factor/confirm/", identified(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app/add/", identified(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", identified(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/codes/", identified(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second-factor/codes/new/",
        identified(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-factor/codes/download/",
        identified(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", identified(passkey.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", identified(passkey.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/confirm/", identified(passkey.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", identified(passkey.remove_webauthn), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/rename/", identified(passkey.edit_webauthn), name="mfa_edit_webauthn"),
]

urlpatterns = [*sign_in, *mine, *second_factor]
