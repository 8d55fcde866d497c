"""Where parameter sets are drawn: the space of what is uncertain, and which draws are worth simulating to the end."""
