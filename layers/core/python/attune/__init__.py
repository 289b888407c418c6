"""Attune: empathetic messaging on one's own AWS account."""
