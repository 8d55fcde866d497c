"""What the runs mean: patterns, plausible parameter sets."""
