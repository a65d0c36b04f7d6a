"""What can be seen of reports and cases."""
