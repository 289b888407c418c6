"""Every rule with its id, its severity, what it finds, why that matters and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from attune.domain.linting.findings import Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True)
class Rule:
    """One rule; `id` is stable, so that it can be named in a command, a comment or a ticket."""

    id: str
    severity: Severity
    finds: str
    reason: str
    fix: str


# id, severity, what it finds; why that matters; what to do instead.
# fmt: off
_TABLE = (
    ("false-urgency", _ERROR, "words that hurry the reader",
     "hurry makes people decide against their own interest; laws call it an unfair practice",
     "Say the date on which something ends, or leave it out"),
    ("scarcity", _ERROR, "few left, many others looking, selling fast",
     "scarcity frightens people into buying, and is unlawful when it is not exactly true",
     "Leave the stock out, or say plainly that something is out of stock and when it is back"),
    ("countdown", _ERROR, "hours or minutes that run out, clocks",
     "a running clock is pressure, whatever it counts",
     "Name the date on which something ends, once"),
    ("fear-of-loss", _ERROR, "threats that the reader will lose or regret something",
     "fear of loss is used against people, most against those who are worried already",
     "Say what is kept and what the reader can do"),
    ("guilt", _ERROR, "making the reader responsible for our feelings",
     "nobody owes a shop an order; guilt drives people away and hurts the lonely",
     "Say what the reader gets from the message, not how we feel"),
    ("shaming-opt-out", _ERROR, "a way to say no that makes the reader look foolish",
     "a no must be as easy and as neutral as a yes",
     "Write `No, thank you` or `Unsubscribe`"),
    ("exploits-distress", _ERROR, "selling to somebody because they are sad, ill, lonely or short of money",
     "the AI Act forbids using a person's vulnerability to change what they do",
     "Offer help or a person, and sell nothing here"),
    ("shouting", _ERROR, "words in capitals",
     "capitals read as shouting, are read out letter by letter to the blind, and look like spam to filters",
     "Write the words in ordinary case"),
    ("exclamation-volley", _ERROR, "several exclamation marks in a row, or too many in one text",
     "volleys shout, and count against a message in spam filters",
     "End the sentence with a full stop"),
    ("fake-personalisation", _ERROR, "`Re:` without a mail before it, talks that never took place, feigned friendship",
     "a machine that pretends to know the reader is a deception, and unlawful in a subject",
     "Say who writes and why"),
    ("deceptive-subject", _ERROR, "a subject that the body does not keep",
     "a misleading subject is unlawful (CAN-SPAM, UWG) and costs trust at the first opening",
     "Say in the subject what the body is about"),
    ("hidden-text", _ERROR, "words that a reader cannot see",
     "hidden words deceive readers or filters, and screen readers read them out",
     "Remove the words, or show them"),
    ("repeated-apology", _ERROR, "more than one apology in a message",
     "an apology works once; a second one makes things worse",
     "Apologise once, then say what happens now"),
    ("apology-after-apology", _ERROR, "an apology where an earlier touch has apologised",
     "a repeated apology is worse than none (a field study with 1.5 million riders)",
     "Say what has been done since"),
    ("promise-to-do-better", _ERROR, "a promise that it will not happen again",
     "a promise of that kind is broken sooner or later, and then costs more than silence",
     "Say what has been done for this reader"),
    ("machine-apology", _ERROR, "a machine that is sorry for being one",
     "people rate a machine that apologises for itself worse",
     "Say what can be done and how to reach a person"),
    ("discount-in-first-touch", _ERROR, "an offer in a text for touch 1",
     "the first touch asks whether help is wanted; a discount at once teaches people to leave carts",
     "Set touch to 2 or later, or take the offer out"),
    ("promotion-in-service", _ERROR, "selling words in a service text",
     "a service message needs no consent to marketing, so it must not market; distressed people get service texts only",
     "Take the selling out, or declare kind: promotional"),
    ("undeclared-offer", _ERROR, "an offer in a text that says offer: false",
     "offers are limited by the playbook only where they are declared",
     "Declare offer: true, or take the offer out"),
    ("offer-without-offer", _WARNING, "offer: true, and no offer in the words",
     "the text is held back as a last resort without need",
     "Declare offer: false, or say the offer"),
    ("strong-call-to-action", _ERROR, "a call to action that is stronger than the tone allows",
     "who hesitates is pushed away by a command",
     "Say where the link leads: `Go to your cart`"),
    ("missing-address", _ERROR, "an email frame without the postal address",
     "an email must say where its sender lives (CAN-SPAM, and others)",
     "Print {{ postal_address }} in the frame"),
    ("missing-unsubscribe", _ERROR, "an email frame or promotional SMS without a way to stop",
     "everybody must be able to stop messages without a login",
     "Print {{ unsubscribe_url }} in the frame; in an SMS: `Reply STOP to opt out.`"),
    ("missing-text-part", _ERROR, "HTML without a text part",
     "people and filters read the text part; a mail without one looks like spam",
     "Add layouts/email_text.liquid, or write the body as plain text"),
    ("link-host", _ERROR, "a link to a host that is not on the list",
     "links to unknown hosts are how phishing looks",
     "Use a url slot, or add the host to allowed_hosts in lint/config.yaml"),
    ("link-shortener", _ERROR, "a link shortener",
     "shortened links hide where they lead and are blocked by carriers",
     "Use the address itself, in a url slot"),
    ("sms-segments", _ERROR, "an SMS that takes more segments than its budget",
     "every segment costs, and long SMS arrive in pieces",
     "Shorten the text; keep to GSM-7 characters"),
    ("undeclared-slot", _ERROR, "a slot that the front matter does not declare",
     "nothing can fill it, and the text cannot be sent",
     "Declare it below slots, or correct its name"),
    ("unused-slot", _ERROR, "a slot that the words do not use",
     "data that nobody reads is asked for all the same",
     "Use it, or remove it from slots"),
    ("missing-fallback", _ERROR, "a slot that leaves a hole when its value is missing",
     "`Hello ,` tells people that a machine writes",
     "Give a fallback, or write {% if slot != blank %} … {% endif %} around it"),
    ("bad-slot", _ERROR, "a sample or fallback that does not fit the slot's type",
     "previews and checks would show something that cannot happen",
     "Write a sample of the slot's type"),
    ("broken-file", _ERROR, "a file that cannot be read",
     "it cannot be sent, nor checked for anything else",
     "Correct the file at this place"),
    ("reading-level", _ERROR, "words and sentences that are harder than the tone allows",
     "people under stress read worse; half of all adults read at grade 8 or below",
     "Use shorter words and sentences"),
    ("long-sentence", _WARNING, "a sentence with more words than the tone allows",
     "long sentences are lost on a phone",
     "Make two sentences of it"),
    ("contractions", _WARNING, "contractions in a tone without them",
     "one tone in one message sounds like one person",
     "Write the words out"),
    ("missing-alt", _ERROR, "an image without words for those who do not see it",
     "many read without images, some cannot see them",
     'Write alt="what the image says", or alt="" for decoration'),
    ("low-contrast", _ERROR, "words that stand out less than WCAG AA asks for",
     "4.5:1 (3:1 for large words) is what people with weak sight need",
     "Make the words darker or the ground lighter"),
    ("untranslated", _ERROR, "words of another language, look-alike letters of another script, the same words as another language",
     "half a translation says that nobody looked",
     "Translate the words"),
    ("missing-locale", _WARNING, "a message that lacks a language its siblings have",
     "people would get no message, or one in the wrong language",
     "Add the text, or have it approved to be without"),
    ("no-word-list", _WARNING, "a language whose words cannot be checked",
     "only what needs no words was checked: capitals, marks, slots, links, segments",
     "Add lint/words/<language>.yaml, or let somebody read it who knows the language"),
)
# fmt: on

RULES: Mapping[str, Rule] = {row[0]: Rule(*row) for row in _TABLE}
"""Every rule by its id, in the order in which they are told."""
