"""Phases of a tick, and the order in which they come."""
