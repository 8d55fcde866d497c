"""What the runs say, in words: made from statistics only, for any scenario."""
