"""Synthetic Leicester, Leicestershire and Rutland: people and referrals that never existed, by the real rules."""
