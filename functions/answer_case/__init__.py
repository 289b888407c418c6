"""Send what a person wrote to the customer of a case."""
