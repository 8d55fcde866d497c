"""Claims of a text as experiments: arms that differ in one thing, effects over plausible sets, verdicts in words."""
