"""What can be done with reports and cases, by life phase."""
