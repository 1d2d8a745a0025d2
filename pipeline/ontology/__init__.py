"""Whole ontologies in OBO format, made into term tables of our own kind."""
