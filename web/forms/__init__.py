"""What people fill in on pages: one file per capability."""
