"""Scenarios: config files read, checked and frozen, with what every number rests on."""
