"""Where the chooser of delays was before planning a touch needed it too."""

from attune.adapters.delay_chooser import DelayChooser

__all__ = ["DelayChooser"]
