"""When a step of a case, a report, a measure or an appeal is valid (pure)."""
