"""What the sections draw with: figures, fans over time, marks and tables."""
