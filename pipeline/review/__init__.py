"""The review page: rows of a run, decided one by one, on the loopback address."""
