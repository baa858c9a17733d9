"""Figures as people read them: in words, beside their targets, judged by what is shown and by nothing else."""
