"""What a host can do, and what is done for her when its day has come."""
