"""What can be seen of notices."""
