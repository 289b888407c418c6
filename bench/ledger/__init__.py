"""How often senders on one ledger get in each other's way."""
