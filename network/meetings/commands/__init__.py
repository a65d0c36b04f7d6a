"""What can be done with meetings: planning, changing, replying, writing down, reminding, calendar feeds."""
