"""The single point of access: referral, triage, offers, clocks and the answer to the referrer."""
