"""Fixtures of the tests of claims."""

from made_claims import judged, small

__all__ = ["judged", "small"]
