"""Export the lists of people who should see no ads."""
