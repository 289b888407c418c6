"""The switches of a stage: one parameter that people change without a deploy, and whoever may read it."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.playbook_files import load_playbooks
from infra.components.layers import ROOT
from infra.components.python_function import PythonFunction

TEMPLATES = ROOT / "templates"

ALL_ON = "{}"
"""Never to be changed: CloudFormation would write it over what people have switched meanwhile."""
SETTING = "SWITCHES_PARAMETER"


def shipped_versions() -> str:
    """Return which versions of which playbooks the functions hold: `cart_abandonment 1.1.0 1.0.0; form_failure 1.0.0`.

    `attune playbooks` rolls out only what is here: of a version that is not, customers would get nothing.
    """
    archive = PlaybookArchive(TEMPLATES / "playbooks")
    held = (
        " ".join((name, playbook.version, *archive.older(name))) for name, playbook in load_playbooks(TEMPLATES).items()
    )
    return "; ".join(held)


class Switches(Construct):
    """The parameter, in which everything is switched on until somebody says otherwise."""

    def __init__(self, scope: Construct, construct_id: str, *, removal_policy: RemovalPolicy) -> None:
        super().__init__(scope, construct_id)
        self.parameter = ssm.StringParameter(
            self,
            "Parameter",
            description="What attune switch and attune playbooks wrote last; not to be edited by hand",
            string_value=ALL_ON,
        )
        self.parameter.apply_removal_policy(removal_policy)

    def allow_read(self, function: PythonFunction) -> None:
        """Tell a function where the switches are, and let it read them."""
        function.add_environment(SETTING, self.parameter.parameter_name)
        function.allow("ssm:GetParameter", resources=[self.parameter.parameter_arn])
