"""Every page of the portal, by room: who looks at it, at which address, and which button shows its errors.

A test holds these tables to the addresses there are, so that a new page is looked at or left out for a reason.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.browser.sights import beds, care, crisis, discharge, figures, front, patients, referrals, steps
from tests.browser.sights.scene import Scene, Sight

ROOMS: dict[str, tuple[type[Scene], dict[str, list[Sight]]]] = {
    "discharge": (discharge.Discharge, discharge.SIGHTS),
    "care": (care.Care, care.SIGHTS),
    "steps": (steps.Steps, steps.SIGHTS),
    "referrals": (referrals.Referrals, referrals.SIGHTS),
    "beds": (beds.Beds, beds.SIGHTS),
    "patients": (patients.Patients, patients.SIGHTS),
    "crisis": (crisis.Crisis, crisis.SIGHTS),
    "figures": (figures.Figures, figures.SIGHTS),
    "front": (front.Front, front.SIGHTS),
}
"""The longest first, so that two test workers end at about the same time."""
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        ("getting_home_rows", "ward_board_rows", "discharge_tasks_rows",
         "reablement_rows", "packages_rows", "plan_rows",
         "bed_rows", "ward_rows",
         "crisis_rows", "worklist_rows", "team_rows", "alerts_rows", "gallery_rows", "figures_live"),
        "a part of a page, looked at inside the page",
    ),
    **dict.fromkeys(
        ("reablement_csv", "follow_ups_csv", "packages_csv", "packages_unfilled_csv", "lots_csv", "plan_csv",
         "getting_home_csv", "ward_board_csv", "crisis_export", "crisis_overstays_export", "rota_export",
         "beds_export",
         "worklist_export", "sent_referrals_export", "service_csv", "governance_patient_csv", "governance_person_csv",
         "published_csv", "import_template", "import_mistakes",
         "mfa_download_recovery_codes", "figures_csv", "figure_csv", "figure_compare_csv", "home_first_audit_csv",
         "unmet_by_hour_csv"),
        "a file",
    ),
    **dict.fromkeys(
        ("plan_again",
         "ward_confirm", "change_withdraw",
         "alert_take", "referral_message", "refer_save", "refer_save_draft", "gallery_draft", "patient_not_duplicate",
         "import_commit", "import_discard", "import_undo",
         "accounts_stay", "mfa_login_webauthn"),
        "takes a POST, shows no page of its own",
    ),
    "discharge_of_referral": "the page of discharge_identify, for the person of a referral",
    **dict.fromkeys(
        ("healthz", "readyz", "oauth2_token", "oauth2_nowhere", "api_nowhere", "api_openapi"), "for machines"
    ),
    **dict.fromkeys(("accounts_cis2_login", "accounts_cis2_callback"), "leads on; tests/accounts follows it"),
    **dict.fromkeys(
        ("account_change_password", "account_set_password", "account_reauthenticate", "mfa_activate_totp",
         "mfa_deactivate_totp", "mfa_authenticate", "mfa_reauthenticate", "mfa_view_recovery_codes",
         "mfa_generate_recovery_codes", "account_reset_password_from_key", "account_reset_password_from_key_done"),
        "asks for a password first: test_accounts_pages.py looks at them",
    ),
    **dict.fromkeys(
        ("mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
         "mfa_edit_webauthn"),
        "needs a device that holds passkeys: test_passkeys.py",
    ),
}  # fmt: skip


def names(patterns: list[Any] | None = None) -> Iterator[str]:
    """The names of all addresses, but for the Django admin's own and the partner door's for machines."""
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        if not isinstance(one, URLPattern):
            if one.app_name != "admin":
                yield from names(one.url_patterns)
        elif not str(one.pattern).startswith("api/v1/") or one.name in ("api_docs", "api_openapi"):
            yield str(one.name)
