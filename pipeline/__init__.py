"""Reads biomedical text and writes tables of cytokine biology."""

__version__ = "0.1.0"
