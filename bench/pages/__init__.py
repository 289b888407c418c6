"""How fast the pages behind a message's links are."""
