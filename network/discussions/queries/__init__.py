"""What can be seen of rooms, topics, messages and markers."""
