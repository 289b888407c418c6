"""Everything that talks to AWS or to files; decisions live in `attune.domain`."""
