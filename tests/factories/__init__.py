"""Makes rows for tests: one file per model file; everything has a believable default."""
