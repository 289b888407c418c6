"""What escalate is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """Support's queues, where acknowledgements are asked for, the site that links lead to, and the bus that hears of cases."""

    support_queue_url: str
    support_urgent_queue_url: str
    acknowledgements_queue_url: str
    site_url: str
    bus_name: str
