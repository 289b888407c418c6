"""Hostile requests on every route of the HTTP API."""
