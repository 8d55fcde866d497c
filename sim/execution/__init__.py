"""Running a plan: on threads, in processes of their own, or on a cluster."""
