"""When a decision is valid, how it is counted, and which way it goes."""
