"""How long it takes to render one email, beside Jinja2."""
