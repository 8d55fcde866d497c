"""Exercised influence: what outcomes would be without a patron's levers, beside what the patron could use."""
