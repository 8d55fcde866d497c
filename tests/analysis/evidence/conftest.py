"""Fixtures of the tests of evidence."""

from made_claims import small

__all__ = ["small"]
