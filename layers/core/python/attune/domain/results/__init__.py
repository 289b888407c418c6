"""What messages did against none."""
