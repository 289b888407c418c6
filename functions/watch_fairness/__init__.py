"""Compare groups of customers every day, and tell people of gaps."""
