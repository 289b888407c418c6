"""What report is told by its environment."""

from attune.settings import TemplateSettings


class Settings(TemplateSettings):
    """The lake to ask, the policies to read, and the bucket to put the page into."""

    policies_table: str
    work_group: str
    lake_database: str
    report_bucket: str
