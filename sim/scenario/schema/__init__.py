"""The shape of a config, derived from the declared quantities."""
