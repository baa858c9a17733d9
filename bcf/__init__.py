"""The Better Care Fund: numbers that can be trusted, explained and exported, and never a patient."""
