"""What a run found, in the formats of other tools: one module a format, each with
``write(source, path)``, which returns what the format cannot hold."""
