"""What reading drop-off risk from a table costs, beside the libraries it was learnt with."""
