"""The pages of figures: what they show comes from bcf/reading.py alone."""
