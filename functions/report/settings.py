"""What report is told by its environment."""

from pydantic import Json

from attune.settings import TemplateSettings


class Settings(TemplateSettings):
    """The lake to ask, the policies to read, the bucket to put the page into, and who gets it by mail."""

    policies_table: str
    work_group: str
    lake_database: str
    report_bucket: str
    report_recipients: Json[tuple[str, ...]] = ()
    email_from: str = ""
    configuration_set: str = ""
