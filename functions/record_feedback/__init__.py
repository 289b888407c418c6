"""Answer the pages behind links."""
