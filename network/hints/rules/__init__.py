"""What is looked for in a text, and what a network may look for."""
