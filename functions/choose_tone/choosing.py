"""Where the chooser of words was before planning a touch needed it too."""

from attune.adapters.tone_chooser import ToneChooser

__all__ = ["ToneChooser"]
