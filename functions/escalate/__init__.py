"""Hand over to a person."""
