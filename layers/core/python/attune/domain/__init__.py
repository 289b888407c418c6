"""Pure decisions: values in, values out; no AWS, environment, clock or randomness of its own."""
