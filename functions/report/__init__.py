"""Write the report of a stage every week."""
