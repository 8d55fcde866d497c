"""What to run: a scenario, the points of a design, and how often each."""
