"""What can be done with rooms, topics, messages and markers."""
