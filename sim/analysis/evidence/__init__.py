"""The whole evidence run: claims, what matters and how much, and exercised influence, stage by stage."""
