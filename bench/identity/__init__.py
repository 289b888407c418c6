"""How well identity finds out who is who."""
