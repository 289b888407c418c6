"""What refit_policies is told by its environment."""

from attune.settings import TemplateSettings


class Settings(TemplateSettings):
    """The table of evidence and beliefs, and the log that says what was believed since when."""

    policies_table: str
    decisions_table: str
