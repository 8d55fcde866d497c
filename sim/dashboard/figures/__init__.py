"""One file a section: each turns a `Study` into figures that hold their own data."""
