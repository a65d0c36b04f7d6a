"""What can be done with decisions, by the phase of their life."""
