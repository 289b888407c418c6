"""Playbooks as reviewed artefacts: their files, their state on a stage, and what people change."""
