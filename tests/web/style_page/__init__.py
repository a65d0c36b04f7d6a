"""Shows every macro with made-up people, so that they can be looked at and checked without a server."""
