"""What escalate is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """Support's queues, where acknowledgements and drafts (empty: none) are asked for, the site of links, the bus for cases.

    `cases_in_dry_run` says whether support gets, also in a dry run, what customers themselves asked for.
    """

    support_queue_url: str
    support_urgent_queue_url: str
    acknowledgements_queue_url: str
    drafts_queue_url: str
    site_url: str
    bus_name: str
    cases_in_dry_run: bool = True
