"""`attune lint` on folders, messages and files: what it finds beyond one text, how it prints, how it ends."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attune.domain.linting.rulebook import RULES
from attune_cli.main import app

ROOT = Path(__file__).resolve().parents[2]
TEXT = """---
message: {message}
purpose: An example
moment: cart_abandonment
touch: 2
tone: advisory
kind: service
offer: false
subject: "About your order"
slots:
  first_name: {{type: string, fallback: "", sample: "Maria"}}
---
Hello{{% if first_name != blank %}} {{{{ first_name }}}}{{% endif %}},

{words}
"""
FRAME = """<html><head><style>
  @media (prefers-color-scheme: dark) {{ body {{ background: #111111 !important; }} {dark} }}
</style></head>
<body style="background:#ffffff;color:#222222">
{content}
<p>{{{{ postal_address }}}} <a href="{{{{ unsubscribe_url }}}}" style="color:#0000aa">Unsubscribe</a></p>
</body></html>
"""
READABLE_IN_THE_DARK = "p, a { color: #eeeeee !important; }"


def write(folder: Path, name: str, words: str, message: str = "example") -> Path:
    file = folder / "messages" / message / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TEXT.format(message=message, words=words), encoding="utf-8")
    return file


def write_frame(
    folder: Path, content: str = "<p>{{ words }}</p>", dark: str = READABLE_IN_THE_DARK, name: str = "email.liquid"
) -> Path:
    file = folder / "layouts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FRAME.format(content=content, dark=dark), encoding="utf-8")
    (file.parent / "email_text.liquid").write_text("{{ content }}\n{{ postal_address }}\n{{ unsubscribe_url }}\n")
    return file


def lint(*words: object):
    return CliRunner().invoke(app, ["lint", *map(str, words)])


def findings(path: Path) -> list[dict[str, object]]:
    return json.loads(lint(path, "--format", "json").stdout)["findings"]


def rules(path: Path) -> list[str]:
    return [finding["rule"] for finding in findings(path)]


def test_a_kind_text_has_no_findings_and_the_command_ends_well(tmp_path):
    write(tmp_path, "email.en.liquid", "Your cart is kept.")

    result = lint(tmp_path)

    assert result.exit_code == 0
    assert "1 file: 0 errors, 0 warnings" in result.stdout


def test_an_error_ends_the_command_with_1_and_names_file_line_column_words_and_fix(tmp_path):
    write(tmp_path, "email.en.liquid", "Your cart is kept.\nSo hurry up, please.")

    result = lint(tmp_path, "--format", "json")

    (found,) = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert (found["path"], found["line"], found["column"]) == ("messages/example/email.en.liquid", 16, 4)
    assert (found["rule"], found["severity"], found["words"]) == ("false-urgency", "error", "hurry up")
    assert found["reason"]
    assert found["fix"]


def test_warnings_alone_do_not_end_it_with_an_error(tmp_path):
    write(tmp_path, "email.en.liquid", "It's kept.")

    result = lint(tmp_path)

    assert result.exit_code == 0
    assert "contractions" in result.stdout


@pytest.mark.parametrize("place", ["", "messages", "messages/example", "messages/example/email.en.liquid"])
def test_a_folder_a_message_and_a_file_can_be_linted(tmp_path, place):
    write(tmp_path, "email.en.liquid", "Hurry up.")

    assert rules(tmp_path / place) == ["false-urgency"]


def test_a_file_outside_of_any_templates_folder_can_be_linted(tmp_path):
    file = tmp_path / "email.en.liquid"
    file.write_text(TEXT.format(message="example", words="Hurry up."), encoding="utf-8")

    assert rules(file) == ["false-urgency"]


def test_only_the_rules_that_were_asked_for_are_told(tmp_path):
    write(tmp_path, "email.en.liquid", "Hurry up!!! It's late.")

    result = lint(tmp_path, "--format", "json", "--rule", "contractions")

    assert [found["rule"] for found in json.loads(result.stdout)["findings"]] == ["contractions"]
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "words", [["nowhere"], ["--rule", "no-such-rule"], ["--explain", "no-such-rule"], [str(ROOT / "pyproject.toml")]]
)
def test_what_cannot_be_used_ends_it_with_2_and_says_why(words):
    result = lint(*words)

    assert result.exit_code == 2
    assert "error:" in result.stderr
    assert "try:" in result.stderr


def test_github_gets_a_line_for_each_finding_with_the_path_from_where_it_was_run(tmp_path):
    write(tmp_path, "email.en.liquid", "Hurry up.")

    (line,) = lint(tmp_path, "--format", "github").stdout.splitlines()

    expected = f"::error file={tmp_path}/messages/example/email.en.liquid,line=15,col=1,title=false-urgency::Hurry up: "
    assert line.startswith(expected)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("no front matter at all\n", 1),
        ("---\nmessage: example\ntone: [\n---\nWords.\n", 4),
        ("---\njust words\n---\nWords.\n", 2),
        ("", 1),
    ],
)
def test_a_broken_file_is_a_finding_with_its_place_and_the_others_are_linted(tmp_path, source, line):
    write(tmp_path, "email.en.liquid", "Hurry up.")
    (tmp_path / "messages/example/sms.en.liquid").write_text(source, encoding="utf-8")

    found = findings(tmp_path)

    assert {(f["rule"], f["path"]) for f in found} >= {
        ("false-urgency", "messages/example/email.en.liquid"),
        ("broken-file", "messages/example/sms.en.liquid"),
    }
    assert [f["line"] for f in found if f["rule"] == "broken-file"] == [line]


def test_a_field_that_does_not_fit_is_told_with_its_line_and_the_words_are_linted_all_the_same(tmp_path):
    file = write(tmp_path, "email.en.liquid", "Hurry up.")
    file.write_text(file.read_text().replace("kind: service", "kind: nice"), encoding="utf-8")

    assert {(f["rule"], f["line"]) for f in findings(tmp_path)} == {("broken-file", 7), ("false-urgency", 15)}


@pytest.mark.parametrize("value", ["[1, 2]", "{a: b}", "null", "1", "2026-11-03", "*x", "!!binary aGk=", "~"])
@pytest.mark.parametrize("field", ["message", "touch", "tone", "kind", "offer", "subject"])
def test_no_value_of_a_field_ends_in_a_traceback(tmp_path, field, value):
    file = write(tmp_path, "email.en.liquid", "Hurry up.")
    file.write_text(re.sub(rf"^{field}:.*", f"{field}: {value}", file.read_text(), flags=re.MULTILINE))

    assert set(rules(tmp_path)) <= {"broken-file", "false-urgency", "deceptive-subject"}


@pytest.mark.parametrize("style", ["font-size:1.2.3px", "color:rgba(1..2,3,4)", "color:var(--a)", ";;:;color:#12"])
def test_a_style_that_makes_no_sense_is_read_over(tmp_path, style):
    assert rules(write_frame(tmp_path, f'<p style="{style}">Words</p>')) == []


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"---\n\x00\n---\n", b"x" * 200_000])
def test_a_file_that_is_no_text_is_a_finding(tmp_path, content):
    file = write(tmp_path, "email.en.liquid", "Words.")
    file.write_bytes(content)

    assert rules(tmp_path) == ["broken-file"]


def test_a_slot_is_told_at_its_own_line(tmp_path):
    file = write(tmp_path, "email.en.liquid", "See you in {{ city }}.")
    file.write_text(file.read_text().replace("slots:\n", "slots:\n  unread: {type: url, fallback: '', sample: 'no'}\n"))

    found = {(f["rule"], f["line"]) for f in findings(tmp_path)}
    assert found == {("unused-slot", 11), ("bad-slot", 11), ("undeclared-slot", 16)}


def test_a_language_that_a_sibling_has_is_missed(tmp_path):
    for locale in ("en", "de"):
        write(
            tmp_path,
            f"email.{locale}.liquid",
            {"en": "Your cart is kept.", "de": "Ihr Warenkorb bleibt erhalten."}[locale],
        )
    file = write(tmp_path, "onsite.en.liquid", "Your cart is kept.")
    file.write_text(re.sub(r"subject:.*\n", "", file.read_text()), encoding="utf-8")

    assert [f["words"] for f in findings(tmp_path) if f["rule"] == "missing-locale"] == ["example/onsite: de"]


def test_a_frame_with_address_and_way_out_has_no_findings(tmp_path):
    write(tmp_path, "email.en.liquid", "Your cart is kept.")
    write_frame(tmp_path)

    assert rules(tmp_path) == []


@pytest.mark.parametrize(
    ("slot", "rule"), [("postal_address", "missing-address"), ("unsubscribe_url", "missing-unsubscribe")]
)
@pytest.mark.parametrize("instead", ["", "{{% if help_url != blank %}}{{{{ {slot} }}}}{{% endif %}}"])
def test_a_frame_must_print_address_and_way_out_whatever_the_values_are(tmp_path, slot, rule, instead):
    frame = write_frame(tmp_path)
    frame.write_text(frame.read_text().replace(f"{{{{ {slot} }}}}", instead.format(slot=slot)))

    assert rules(frame) == [rule]


def test_html_without_a_text_part_is_found(tmp_path):
    frame = write_frame(tmp_path)
    (frame.parent / "email_text.liquid").unlink()

    assert rules(frame) == ["missing-text-part"]


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ('<img src="a.png">', ["missing-alt"]),
        ('<img src="a.png" alt="logo.png">', ["missing-alt"]),
        ('<a href="{{ help_url }}"><img src="a.png" alt=""></a>', ["missing-alt"]),
        ('<img src="a.png" alt="">', []),
        ('<img src="a.png" alt="Three boots in a row">', []),
        ('<a href="{{ help_url }}"><img src="a.png" alt=""> Help</a>', []),
    ],
)
def test_an_image_needs_words_unless_it_is_decoration(tmp_path, image, found):
    assert rules(write_frame(tmp_path, f"<p>{image}</p>")) == found


@pytest.mark.parametrize(
    ("content", "dark", "found"),
    [
        ('<p style="color:#999999">Words</p>', READABLE_IN_THE_DARK, 1),
        ('<p style="color:#767676">Words</p>', READABLE_IN_THE_DARK, 0),
        ('<p style="color:#888888;font-size:24px">Words</p>', READABLE_IN_THE_DARK, 0),
        ('<td style="background:#003366"><p style="color:#ffffff">Words</p></td>', READABLE_IN_THE_DARK, 0),
        ('<p style="color:rgba(0, 0, 0, 0.3)">Words</p>', READABLE_IN_THE_DARK, 1),
        ('<div style="background:url(a.png)"><p style="color:#999999">Words</p></div>', READABLE_IN_THE_DARK, 0),
        ("<p>Words</p>", "", 3),
    ],
)
def test_words_stand_out_in_the_light_and_in_the_dark(tmp_path, content, dark, found):
    told = findings(write_frame(tmp_path, content, dark=dark))

    assert [f["rule"] for f in told] == ["low-contrast"] * found
    assert all("dark scheme" in f["reason"] for f in told if not dark)


def test_mjml_has_its_colours_in_attributes(tmp_path):
    file = tmp_path / "promo.mjml"
    file.write_text(
        "<mjml><mj-head><mj-attributes><mj-all color='#222222'/></mj-attributes></mj-head><mj-body background-color='#ffffff'>"
        "<mj-section><mj-column><mj-text>Dark</mj-text><mj-text color='#bbbbbb'>Faint</mj-text>"
        "<mj-image src='a.png'/></mj-column></mj-section></mj-body></mjml>"
    )

    assert sorted((f["rule"], f["words"]) for f in findings(file)) == [
        ("low-contrast", "Faint"),
        ("missing-alt", "a.png"),
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('<p>Words</p><p style="display:none">win</p>', ["hidden-text"]),
        ('<p>Words</p><p style="font-size:0">win</p>', ["hidden-text"]),
        ('<p>Words</p><p style="color:#fff">win</p>', ["hidden-text", "low-contrast"]),
        ('<div style="display:none">What the inbox shows</div><p>Words</p>', []),
        ('<div style="font-size:0"><p style="font-size:16px">Words</p></div>', []),
    ],
)
def test_hidden_words_are_found_and_the_preview_line_is_none(tmp_path, content, found):
    assert sorted(rules(write_frame(tmp_path, content))) == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<p>Hurry, while there is time.</p>", {"false-urgency"}),
        ("<p>Kaufen Sie sofort.</p>", {"false-urgency"}),
        ("<p>BUY THIS THING.</p>", {"shouting"}),
        ("<p>Hello!!!</p>", {"exclamation-volley"}),
        ('<p><a href="https://evil.test/">Help</a></p>', {"link-host"}),
        ('<p><a href="//evil.test/">Help</a></p>', {"link-host"}),
        ('<p><a href="javascript:alert(1)">Help</a></p>', {"link-host"}),
        ('<p><a href="HTTPS://bit.ly/x">Help</a></p>', {"link-shortener"}),
        ('<p><a href="https://shop.example/help">Help</a> <a href="../why">Why</a> <a href="#a">A</a></p>', set()),
        ('<p><a href="{{ help_url }}">Help</a> <a href="mailto:help@shop.example">Mail</a></p>', set()),
    ],
)
def test_words_and_links_that_stand_in_a_frame_are_linted(tmp_path, content, found):
    assert set(rules(write_frame(tmp_path, content))) == found


def test_words_of_a_frame_are_told_at_their_place(tmp_path):
    frame = write_frame(tmp_path, "<p>\n  Last chance</p>")

    (found,) = findings(frame)

    lines = frame.read_text(encoding="utf-8").splitlines()
    assert lines[found["line"] - 1][found["column"] - 1 :].startswith("Last chance")


def test_words_and_links_of_the_text_part_are_linted(tmp_path):
    part = write_frame(tmp_path).parent / "email_text.liquid"
    part.write_text("Last chance\n{{ content }}\nbit.ly/x\n{{ postal_address }}\n{{ unsubscribe_url }}\n")

    assert {(found["rule"], found["line"]) for found in findings(part)} == {("false-urgency", 1), ("link-shortener", 3)}


def test_a_folder_that_is_no_templates_folder_is_linted_with_all_that_lies_below(tmp_path):
    write(tmp_path, "email.en.liquid", "Hurry up.").rename(tmp_path / "email.en.liquid")
    for folder in ("deep/er", "node_modules", ".git"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "page.html").write_text("<p>Last chance</p>", encoding="utf-8")
    (tmp_path / "messages/example").rmdir()
    (tmp_path / "messages").rmdir()

    assert {found["path"] for found in findings(tmp_path)} == {"email.en.liquid", "deep/er/page.html"}


def test_a_repository_is_linted_by_its_templates_folder(tmp_path):
    write(tmp_path / "templates", "email.en.liquid", "Hurry up.")

    assert [found["path"] for found in findings(tmp_path)] == ["messages/example/email.en.liquid"]


@pytest.mark.parametrize("words", ["[Your cart](javascript:alert(1))", "[Your cart](https://shop.example/my cart)"])
def test_a_link_that_would_be_shown_as_it_is_written_is_found(tmp_path, words):
    write(tmp_path, "email.en.liquid", words)

    assert rules(tmp_path) == ["link-host"]


def test_the_words_around_emails_are_linted_too(tmp_path):
    write_frame(tmp_path)
    (tmp_path / "layouts/strings.yaml").write_text(
        "en:\n  stop: Stop now, hurry up\nde:\n  stop: Please stop these emails\n"
    )
    write(tmp_path, "email.en.liquid", "Your cart is kept.")

    assert {(f["rule"], f["line"]) for f in findings(tmp_path)} == {("false-urgency", 2), ("untranslated", 4)}


def test_a_folder_has_its_own_hosts_and_words(tmp_path):
    write(tmp_path, "email.en.liquid", "[Your cart](https://shop.acme.test/cart)")
    assert rules(tmp_path) == ["link-host"]

    (tmp_path / "lint").mkdir()
    config = (ROOT / "templates/lint/config.yaml").read_text().replace('"*.example"', '"*.acme.test"')
    (tmp_path / "lint/config.yaml").write_text(config)
    assert rules(tmp_path) == []


def test_a_pattern_that_cannot_be_read_is_told_with_its_file(tmp_path):
    write(tmp_path, "email.en.liquid", "Words.")
    (tmp_path / "lint/words").mkdir(parents=True)
    (tmp_path / "lint/words/en.yaml").write_text("word_boundaries: true\nrules:\n  guilt:\n    find: |\n      (open\n")

    result = lint(tmp_path)

    assert result.exit_code == 2
    assert "lint/words/en.yaml" in result.stderr
    assert "(open" in result.stderr


def test_every_rule_is_listed_and_explained():
    listed = lint("--list").stdout

    for rule in RULES.values():
        assert rule.id in listed
        told = " ".join(lint("--explain", rule.id).stdout.split())
        assert " ".join(rule.reason.split()) in told
        assert " ".join(rule.fix.split()) in told


def test_the_page_about_the_lint_and_its_rules_are_in_step():
    page = (ROOT / "docs/linting.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| (.+?) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)

    assert [row for row in told if row[0] in RULES] == [
        (rule.id, str(rule.severity), rule.finds, rule.reason, rule.fix) for rule in RULES.values()
    ]
