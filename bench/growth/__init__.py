"""What an event costs at a thousand customers, and at a million."""
