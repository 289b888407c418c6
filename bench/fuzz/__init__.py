"""Real payloads, mutated by the ten thousand."""
