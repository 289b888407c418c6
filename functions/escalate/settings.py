"""What escalate is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """Support's queues, where acknowledgements are asked for, and the site that links in a case lead to."""

    support_queue_url: str
    support_urgent_queue_url: str
    acknowledgements_queue_url: str
    site_url: str
