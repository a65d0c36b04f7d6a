"""When a step is done, which steps open a gate, and what is said of each."""
