"""Who is kept away from ads."""
