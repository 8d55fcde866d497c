"""Fixtures of the tests of claims."""

from conftest_claims import judged, small

__all__ = ["judged", "small"]
