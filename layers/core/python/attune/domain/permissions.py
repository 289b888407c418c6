"""What a customer may allow beside channels."""

EMAIL_TRACKING = "email_tracking"
"""What a customer must have allowed, as if it were a channel, before opens and clicks of their emails are told."""
