"""What can be seen of organisations, of those who act for them, and of those who were asked to."""
