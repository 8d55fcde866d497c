"""Commands that take figures from the page of results, or show the page."""
