"""Writing gold: blank sheets, checks, agreement of annotators, adjudication, reviews."""
