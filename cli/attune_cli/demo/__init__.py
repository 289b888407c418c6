"""The demo: a day in a shop, played on a local AWS, and told from what was really recorded."""
