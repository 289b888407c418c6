"""What announce_deployment is told by its environment."""

from attune.settings import TemplateSettings


class Settings(TemplateSettings):
    """The tables, the parameter of the switches, the topics of those who hear of changes, and whether the stage sends."""

    decisions_table: str
    policies_table: str
    switches_parameter: str
    product_topic: str
    support_topic: str
    sales_topic: str
    sending_enabled: bool

    @property
    def topics(self) -> dict[str, str]:
        """The topics by who listens."""
        return {"product": self.product_topic, "support": self.support_topic, "sales": self.sales_topic}

    @property
    def sending(self) -> str:
        """Whether the stage sends, as it is told to people."""
        if self.dry_run:
            return "decides everything and sends nothing (dry run)"
        return "sends" if self.sending_enabled else "sends nothing (sending_enabled is off)"
