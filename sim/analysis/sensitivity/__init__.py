"""What moves the outcomes of a stored design: paired effects, regrets, screening, indices of variance, ranks."""
