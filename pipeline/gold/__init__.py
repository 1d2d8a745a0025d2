"""Gold: what people found in texts, in our format and in those of others."""
