"""Draft replies for the people who answer cases."""
