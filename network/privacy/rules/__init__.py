"""What is stored about people, why, and what becomes of it."""
