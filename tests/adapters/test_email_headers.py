"""The mail that leaves us, read by two parsers that know nothing of one another: Python's own, and one written in Rust."""

import re
from email import message_from_bytes, policy

import fast_mail_parser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attune.adapters.email import EmailSender
from attune.adapters.email_headers import mailbox, one_address, tags, unsubscribe_headers, unsubscribe_mailto
from attune.domain.errors import PermanentDeliveryError
from attune.domain.rendering import Rendered
from tests.support.ses_server import mime_of, ses_server

LINK = "https://pages.example/unsubscribe/WyJhZGEiXQ.aSDF.x-y_z"
LETTER = Rendered(text="Hello Ada\n", blocks=(), subject="Can we help?", html="<p>Hello Ada</p>")
HEADERS = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
}
NAMES = [
    "Acme Care",
    'Ada "Countess" Lovelace, Ltd.',
    "Müller & Söhne",
    "カスタマーサポート",
    "خدمة العملاء",
    "שירות לקוחות",
    "👩🏽‍🚀 Orbit",
    "Ünïcödé " * 20,
    "back\\slash (comment) <angle>",
]


def sent(rendered=LETTER, *, sender="Acme Care <care@shop.example>", address="ada@example.com", url=LINK, **more):
    """Send at our own port; return the request, and the mail as the two parsers read it."""
    with ses_server() as server:
        EmailSender(server.client, sender, "Acme Care <reply@shop.example>", "attune").send(
            address, rendered, unsubscribe_url=url, labels={"journey": "cart-1"}, **more
        )
        [request] = server.requests
    mail = mime_of(request)
    return request, message_from_bytes(mail, policy=policy.default), fast_mail_parser.parse_email(mail)


def check_rfc_8058(headers: dict[str, list[str]]) -> str:
    """Check what RFC 8058 asks of the sender; return the one https link."""
    [listed], [post] = headers["List-Unsubscribe"], headers["List-Unsubscribe-Post"]
    links = re.findall(r"<([^<>]+)>", listed)
    [secure] = [link for link in links if link.startswith("https://")]
    assert re.fullmatch(r"<[^<>\s]+>(, <[^<>\s]+>)*", listed)
    assert post == "List-Unsubscribe=One-Click"
    assert links[0] == secure
    return secure


def test_both_parsers_find_one_click_unsubscribe_as_rfc_8058_wants_it():
    request, python, rust = sent()

    assert check_rfc_8058(rust.headers) == check_rfc_8058({n: python.get_all(n) for n in python}) == LINK
    assert (
        "<mailto:reply@shop.example?subject=unsubscribe%20cart-1&body=unsubscribe>"
        in rust.headers["List-Unsubscribe"][0]
    )
    assert set(rust.headers) == set(python.keys()) == HEADERS
    assert len(request["Content"]["Simple"]["Headers"]) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_senders_name_in_any_script_is_read_back_as_it_was_written(name):
    quoted = '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
    request, python, rust = sent(sender=f"{quoted} <care@shop.example>")
    [seen] = python["From"].addresses
    words = request["FromEmailAddress"].rpartition(" <")[0]

    # Python puts spaces between encoded words that belong together; the other parser reads them as they were meant.
    assert (seen.addr_spec, "".join(seen.display_name.split())) == ("care@shop.example", "".join(name.split()))
    assert rust.headers["From"][0].endswith("<care@shop.example>")
    assert words.isascii()
    if not name.isascii():
        assert all(len(word) <= 75 and re.fullmatch(r"=\?utf-8\?b\?[\w+/=]+\?=", word) for word in words.split(" "))
        assert name.strip() in rust.headers["From"][0]


@pytest.mark.parametrize(
    "subject",
    ["Können wir helfen?", "ご注文について", "نساعدك؟ 🙂", "👋" * 60, "=?utf-8?q?not_encoded?= by us", "a" * 150],
)
def test_subject_and_both_parts_arrive_in_every_language(subject):
    rendered = Rendered(text=f"{subject}\n", blocks=(), subject=subject, html=f'<p dir="rtl">{subject}</p>')
    request, python, rust = sent(rendered)

    assert request["Content"]["Simple"]["Subject"] == {"Data": subject.replace("=?", "= ?"), "Charset": "UTF-8"}
    assert python.get_body(("plain",)).get_content() == f"{subject}\n"
    assert rust.text_plain == [f"{subject}\n"]
    assert rust.text_html == [f'<p dir="rtl">{subject}</p>']
    assert rust.subject == subject.replace("=?", "= ?")


@given(subject=st.text(max_size=150))
@example(subject="Hello\r\nBcc: eve@example.com")
@example(subject="=?utf-8?q?=0D=0ABcc:_eve@example.com?=")
@example(subject="Hello\u2028Bcc: eve@example.com")
@settings(max_examples=40)
def test_no_subject_breaks_out_of_its_header_whatever_name_is_in_it(subject):
    _, python, rust = sent(Rendered(text="", blocks=(), subject=subject, html=""))

    assert set(rust.headers) == set(python.keys()) == HEADERS
    assert not re.search(r"[\r\n]", rust.subject)


INJECTIONS = [
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com\nBcc: eve@example.com",
    "ada@example.com, eve@example.com",
    "ada@example.com;eve@example.com",
    "Ada <ada@example.com>",
    "ada@example.com (comment)",
    '"ada\r\nBcc: eve@example.com"@example.com',
    "ada@example.com\x00",
    "ada@exa mple.com",
    "ada@example",
    "ada",
    "",
    "@example.com",
    "a@" + "b" * 64 + ".com",
    "ä@example.com",
    "a" * 250 + "@example.com",
    "ada@" + "ü" * 300 + ".com",
    "ada@straße.example",  # strasse.example is somebody else's
    "ada@ς.example",
    "ada@a\u200db.example",
]


@pytest.mark.parametrize("address", INJECTIONS)
def test_what_is_not_exactly_one_address_is_refused_before_anything_is_asked(address):
    with ses_server() as server:
        sender = EmailSender(server.client, "care@shop.example", "care@shop.example", "attune")
        with pytest.raises(PermanentDeliveryError) as caught:
            sender.send(address, LETTER, unsubscribe_url=LINK, labels={})

        assert (caught.value.code, server.server.asked) == ("bad_address", 0)
        assert "ada" not in str(caught.value)


def test_a_domain_of_another_script_is_written_in_ascii():
    assert one_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert one_address("ada+tag@mail.example.co.uk") == "ada+tag@mail.example.co.uk"


@given(address=st.text(max_size=60) | st.from_regex(r"[^@]{0,20}@[^@]{0,20}\.[a-z]{2,5}"))
@example(address="a@b.cc\n")
@settings(max_examples=300)
def test_whatever_is_taken_for_an_address_is_one_line_and_one_recipient(address):
    try:
        taken = one_address(address)
    except PermanentDeliveryError:
        return
    mail = message_from_bytes(f"To: {taken}\r\nX-End: 1\r\n\r\n".encode(), policy=policy.default)

    assert [seen.addr_spec for seen in mail["To"].addresses] == [taken]
    assert mail.keys() == ["To", "X-End"]


@given(name=st.text(min_size=1, max_size=200))
@example(name='"\r\nBcc: eve@example.com')
@example(name="=?utf-8?q?=0D=0ABcc:_eve@example.com?=")
@settings(max_examples=300)
def test_no_name_of_a_sender_breaks_out_of_its_header(name):
    quoted = '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
    try:
        written = mailbox(f"{quoted} <care@shop.example>")
    except ValueError:
        return
    mail = message_from_bytes(f"From: {written}\r\nX-End: 1\r\n\r\n".encode("ascii"), policy=policy.default)

    assert mail.keys() == ["From", "X-End"]
    assert [seen.addr_spec for seen in mail["From"].addresses] == ["care@shop.example"]


@pytest.mark.parametrize("written", ["", "Acme", "Acme <care>", "Acme\r\nBcc: eve@example.com <care@shop.example>"])
def test_a_sender_that_is_none_is_named_as_a_mistake_of_the_stage(written):
    with pytest.raises(ValueError, match="is no sender"):
        mailbox(written)
    with ses_server() as server, pytest.raises(ValueError, match="is no sender"):
        EmailSender(server.client, written, "care@shop.example", "attune")


@pytest.mark.parametrize(
    "url",
    [
        "http://pages.example/unsubscribe/x",
        "https://pages.example/x>, <https://evil.example",
        "https://pages.example/x\r\nBcc: eve@example.com",
        "https://pages.example/a b",
        "https://pages.example/x,y",
        "https://pages.example/ü",
        "https://pages.example/" + "x" * 1000,
        "",
    ],
)
def test_a_link_that_cannot_stand_in_the_header_sends_no_email(url):
    with ses_server() as server:
        sender = EmailSender(server.client, "care@shop.example", "care@shop.example", "attune")
        with pytest.raises(PermanentDeliveryError, match="unsubscribe link"):
            sender.send("ada@example.com", LETTER, unsubscribe_url=url, labels={})

        assert server.server.asked == 0


def test_where_both_ways_are_too_long_for_one_header_the_one_that_rfc_8058_asks_for_stays():
    url = "https://pages.example/" + "x" * 950

    assert unsubscribe_headers(url, unsubscribe_mailto("care@shop.example", "cart-1"))["List-Unsubscribe"] == f"<{url}>"


def test_opt_outs_by_mail_go_where_the_stage_says_and_carry_the_journey():
    with ses_server() as server:
        EmailSender(
            server.client, "care@shop.example", "reply@shop.example", "attune", "Stop <unsubscribe@in.shop.example>"
        ).send("ada@example.com", LETTER, unsubscribe_url=LINK, labels={"journey": "cart-1"})
        mail = fast_mail_parser.parse_email(server.mail)

    assert (
        "<mailto:unsubscribe@in.shop.example?subject=unsubscribe%20cart-1&body=unsubscribe>"
        in (mail.headers["List-Unsubscribe"][0])
    )


@pytest.mark.parametrize(("tracked", "told"), [(False, "DISABLED"), (True, "ENABLED")])
def test_each_message_says_for_itself_whether_opens_and_clicks_are_told(tracked, told):
    request, _, _ = sent(tracked=tracked)

    assert request["ConfigurationOverrides"]["Tracking"] == {
        "OpenTrackingEnabled": told,
        "ClickTrackingEnabled": told,
    }


def test_tags_have_only_characters_that_ses_takes_and_no_empty_values():
    given_tags = {"playbook": "cart abandonment/ü", "journey": "", "ses:feedback-id-a": "x" * 300}

    assert dict(tags(given_tags)) == {"playbook": "cart-abandonment-", "ses:feedback-id-a": "x" * 256}


def test_the_parsers_would_see_an_injected_header():
    """Proves that the checks above can fail."""
    with ses_server() as server:
        EmailSender(server.client, "care@shop.example", "care@shop.example", "attune").send(
            "ada@example.com", LETTER, unsubscribe_url=LINK, labels={}
        )
        [request] = server.requests
    request["Content"]["Simple"]["Subject"]["Data"] = "Hello\r\nBcc: eve@example.com"
    mail = mime_of(request)

    assert "Bcc" in fast_mail_parser.parse_email(mail).headers
    assert "Bcc" in message_from_bytes(mail, policy=policy.default)
