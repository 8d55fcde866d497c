"""What the outcomes of a design vary with, told apart from chance."""
