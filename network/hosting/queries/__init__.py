"""What a host sees: what waits for her, her week, how much it is, and who leads when somebody is away."""
