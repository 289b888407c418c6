"""What a stage costs: metered, priced, projected."""
