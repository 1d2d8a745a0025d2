"""Measurements of speed, memory and resumption; ``python -m benchmarks`` runs those of a run."""
