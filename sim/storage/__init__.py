"""Results on disk: one folder that a reader never sees half-written."""
