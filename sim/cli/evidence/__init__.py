"""Commands that answer questions of stored results, or of runs made for the question."""
