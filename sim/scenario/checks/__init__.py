"""What must hold of a config, and what is said where it does not."""
