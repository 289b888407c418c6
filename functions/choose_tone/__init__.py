"""Choose channel, tone and text."""
