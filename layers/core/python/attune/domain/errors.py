"""The exceptions of the domain.

AttuneError
├── ClockError          a stage's clock cannot be built or an instant cannot be read
├── PlaybookError       a playbook does not parse or refers to something that does not exist
├── FrictionError       the rules or the model that friction is scored by do not fit
├── RejectedEventError  an event cannot be understood; carries the reason for the quarantine
├── ConflictError       somebody else wrote the item first; read again and decide again
└── DeliveryError       a provider did not take a message
    ├── PermanentDeliveryError   it never will: do not try again
    ├── ThrottledDeliveryError   it certainly did not, but may later: try again
    └── UncertainDeliveryError   nobody knows: count as sent, never send again
"""


class AttuneError(Exception):
    """Base of every error that Attune raises on purpose."""


class ClockError(AttuneError):
    """Raised when a clock setting or an instant cannot be read."""


class FrictionError(AttuneError):
    """Raised when the rules or the model that friction is scored by do not parse or make no sense."""


class PlaybookError(AttuneError):
    """Raised when a playbook does not parse; the message names file, field and fix."""


class RejectedEventError(AttuneError):
    """Raised when an event cannot be understood; `reason` is a short code, the message is for a developer."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep the reason code beside the message."""
        super().__init__(message)
        self.reason = reason


class ConflictError(AttuneError):
    """Raised when an item changed between read and write."""


class DeliveryError(AttuneError):
    """Base of the ways in which a provider does not take a message; `code` is the provider's word."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the provider's code beside the message."""
        super().__init__(message)
        self.code = code


class PermanentDeliveryError(DeliveryError):
    """Raised when the provider refused for good (bad address, unverified sender)."""


class ThrottledDeliveryError(DeliveryError):
    """Raised when the provider refused for now; nothing was sent."""


class UncertainDeliveryError(DeliveryError):
    """Raised when the answer never came: the message may or may not have been sent."""
