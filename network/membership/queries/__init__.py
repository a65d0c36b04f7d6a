"""What can be seen of belonging."""
