"""Where in a design outcomes lie in a region that somebody named: boxes and trees."""
