"""Builders, fakes and a world in virtual time for tests."""
