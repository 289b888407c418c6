"""What watch_fairness is told by its environment."""

from attune.settings import TemplateSettings


class Settings(TemplateSettings):
    """The log, the lake that holds it for longer, and the topic of people who want to hear of gaps."""

    decisions_table: str
    work_group: str
    lake_database: str
    fairness_topic: str
