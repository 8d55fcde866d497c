"""The page of a folder whose runs do not fit into one file: they are read when they are asked for."""
