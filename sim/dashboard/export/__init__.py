"""Figures of the page as files: SVG, PNG, PDF, or a page of their own."""
