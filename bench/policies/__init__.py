"""Policies on real trials: which one would have done how much, and on how sure ground."""
