"""The weekly report: one page that loads nothing, by its day and as the latest; its readers get it; what failed comes again."""

import json
from html.parser import HTMLParser

import boto3
import pytest
from moto.ses import ses_backends

from attune.adapters.athena import LakeUnreadableError
from attune.adapters.clock import Clock
from attune.adapters.providers import Backoff
from attune.domain.clock import ClockScale
from tests.support.report_history import SINCE, UNTIL, Quarter
from tests.support.stage import a_stage, handler

QUARTER = Quarter(3, 400, holdout=0.3)


class FakeLake:
    """Answers as the lake does: everything as text."""

    def __init__(self):
        self.asked = []

    def rows(self, since, until):
        self.asked.append((since, until))
        return (
            {name: str(value).lower() if name == "dry_run" else str(value) for name, value in row.items()}
            for row in QUARTER.rows
        )

    def cells(self, since, until):
        return ()


@pytest.fixture
def function(monkeypatch):
    with a_stage(monkeypatch):
        boto3.client("s3").create_bucket(Bucket="lake")
        found = handler("report")
        writer = found.wire()
        lake = FakeLake()
        object.__setattr__(writer, "rows", lake)
        object.__setattr__(writer, "people", lake)
        object.__setattr__(writer, "clock", Clock(ClockScale(), lambda: UNTIL))
        found.lake = lake
        found.sent = []
        writer.mailer.client.meta.events.register(
            "provide-client-params.sesv2.SendEmail", lambda params, **_: found.sent.append(params)
        )
        object.__setattr__(writer.mailer, "backoff", Backoff(tries=1))
        yield found


def ask(function, **body):
    return function.lambda_handler({"Records": [{"messageId": "m", "body": json.dumps(body)}]}, None)


def pages():
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket="lake").get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket="lake", Key=one["Key"]) for one in found}


def test_the_page_lies_under_its_day_and_as_the_latest(function):
    assert ask(function, time=UNTIL.isoformat()) == {"batchItemFailures": []}

    found = pages()
    assert set(found) == {"reports/2026-11-22.html", "reports/latest.html"}
    assert {one["ContentType"] for one in found.values()} == {"text/html; charset=utf-8"}
    text, latest = (one["Body"].read().decode() for one in found.values())
    assert text == latest
    assert "400 people in the log" in text
    assert "friction-adjusted conversion" in text
    assert function.lake.asked == [(SINCE, UNTIL)]


def test_the_same_message_again_writes_the_same_page(function):
    ask(function, time=UNTIL.isoformat())
    first = pages()["reports/latest.html"]["Body"].read()
    ask(function, time=UNTIL.isoformat())

    assert pages()["reports/latest.html"]["Body"].read() == first


def test_a_report_that_failed_is_given_back_and_leaves_no_page(function):
    def fails(since, until):
        raise LakeUnreadableError("Athena says: TABLE_NOT_FOUND")

    function.lake.rows = fails

    assert ask(function) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert not pages()


def sent_by_ses():
    return ses_backends["123456789012"]["us-east-1"].sent_messages


def test_readers_get_one_mail_with_the_page_as_a_file_and_a_link_that_does_not_expire(function):
    assert ask(function, time=UNTIL.isoformat(), mail=True) == {"batchItemFailures": []}

    (mail,) = function.sent
    simple = mail["Content"]["Simple"]
    (page,) = simple["Attachments"]
    text, html = (simple["Body"][part]["Data"] for part in ("Text", "Html"))
    assert len(sent_by_ses()) == 1
    assert mail["Destination"] == {"ToAddresses": ["owner@shop.example", "growth@shop.example"]}
    assert (mail["FromEmailAddress"], mail["ConfigurationSetName"]) == ("Acme Care <care@shop.example>", "attune")
    assert simple["Subject"]["Data"] == "Attune test: report of 22 November 2026"
    assert page["FileName"] == "attune-test-2026-11-22.html"
    assert page["RawContent"] == pages()["reports/2026-11-22.html"]["Body"].read()
    link = "https://us-east-1.console.aws.amazon.com/s3/object/lake?region=us-east-1&prefix=reports/2026-11-22.html"
    assert link in text
    assert link.replace("&", "&amp;") in html
    assert "X-Amz-" not in text + html
    assert "400 people in the log" in text
    assert "400 people in the log" in html


def test_who_asks_by_hand_gets_a_page_and_mails_nobody(function):
    ask(function, time=UNTIL.isoformat())
    ask(function)

    assert "reports/latest.html" in pages()
    assert not sent_by_ses()


def test_a_mail_that_ses_refuses_is_given_back_and_the_page_stands(function):
    boto3.client("sesv2").delete_email_identity(EmailIdentity="care@shop.example")

    assert ask(function, time=UNTIL.isoformat(), mail=True) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert "reports/2026-11-22.html" in pages()
    assert not sent_by_ses()


def test_a_stage_without_readers_writes_the_page_alone(monkeypatch):
    with a_stage(monkeypatch, REPORT_RECIPIENTS="[]"):
        assert handler("report").wire().mailer is None


def test_readers_are_told_that_a_dry_run_counts_nothing(monkeypatch, function):
    object.__setattr__(function.wire().mailer, "dry_run", True)
    ask(function, time=UNTIL.isoformat(), mail=True)

    body = function.sent[0]["Content"]["Simple"]["Body"]
    assert all("in a dry run" in body[part]["Data"] for part in ("Text", "Html"))


class Tags(HTMLParser):
    """Notes every tag with its attributes, and that each is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.tags, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_mail_needs_nothing_that_mail_clients_drop(function):
    ask(function, time=UNTIL.isoformat(), mail=True)
    html = function.sent[0]["Content"]["Simple"]["Body"]["Html"]["Data"]
    seen = Tags()
    seen.feed(html)
    used = {tag for tag, _ in seen.tags}
    bars = [attrs for tag, attrs in seen.tags if tag == "td" and "bgcolor" in attrs]

    assert not seen.open
    assert not used & {"script", "img", "svg", "link", "iframe", "form"}
    assert {attrs["href"].partition(":")[0] for tag, attrs in seen.tags if tag == "a"} == {"https"}
    # Bars are drawn in hundredths of their width, each bar whole; Gmail cuts what is longer than 102 KB.
    assert bars
    assert sum(int(attrs["width"].removesuffix("%")) for attrs in bars) % 100 == 0
    assert len(html.encode()) < 100_000
