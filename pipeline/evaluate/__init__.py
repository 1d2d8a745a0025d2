"""Scores predictions against gold, by the scoring section of the annotation guidelines."""
