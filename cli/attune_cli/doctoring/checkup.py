"""The whole check-up of one stage in one account."""

from attune_cli.doctoring.account import account_lines, not_reached, unasked_lines
from attune_cli.doctoring.deployed import deployed_lines
from attune_cli.doctoring.dns import Txt, txt_records
from attune_cli.doctoring.lines import Area, Line
from attune_cli.doctoring.mail import mail_lines
from attune_cli.doctoring.texting import text_lines
from attune_cli.doctoring.wanted import Wanted


def check_up(wanted: Wanted, txt: Txt = txt_records) -> list[Line]:
    """Return every line, in the order in which a new account is set up."""
    nobody = not_reached(wanted)
    if nobody:
        return [nobody, *unasked_lines(wanted)]
    return [
        *account_lines(wanted),
        *mail_lines(wanted, txt),
        *text_lines(wanted),
        *Area("deployed").asked("stacks", lambda: deployed_lines(wanted)),
    ]
