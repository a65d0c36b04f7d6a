"""When notices are valid, and when they come."""
