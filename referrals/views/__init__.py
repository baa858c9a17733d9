"""Pages about referrals: the lists people work from, one referral, and every step that can be taken on it."""
