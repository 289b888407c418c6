"""Whether groups of customers are treated alike."""
