"""Synthetic Leicester, Leicestershire and Rutland: people who do not exist and two years of their referrals.

The same seed and the same `now` give the same rows. Referrals are made by the real actions at a desk in memory
(desk.py), so no state exists here that the portal could not have reached; writer.py streams the rows to PostgreSQL.
"""
