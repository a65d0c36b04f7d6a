"""When something that is said is valid: its text, its form on the page, the states of its place."""
