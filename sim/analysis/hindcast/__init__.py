"""Hindcasts: an ensemble scored against dated facts that its fit never saw, beside naive rivals."""
