"""Config files read into a tree, without trusting them."""
