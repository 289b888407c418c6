"""How long deciding takes: score, tone and delay."""
