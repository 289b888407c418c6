"""Put addresses on the suppression list of SES."""
