"""Emergency numbers, known professionals, and how long what about a concern counts."""
