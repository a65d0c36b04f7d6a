"""What can be seen of concerns, and of professionals whom one can call."""
