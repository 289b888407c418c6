"""Replies that no person has to read: empty ones, those that a machine wrote, and those that only say thanks."""

import re

from attune.domain.case_triggers import CaseTrigger
from attune.domain.decisions import Reason
from attune.domain.reply_text import PlainText, plain_text, words_of

READ_AS_OPENING = 400
"""Characters in which a machine says that somebody is away; further down the same words may be their own."""
MOST_COURTEOUS_WORDS = 12

NOTHING_WRITTEN = Reason("nothing_written", "The reply holds no words.")
WRITTEN_BY_A_MACHINE = Reason(
    "automatic_reply", "A machine answered: an absence notice, a delivery report or the like."
)
ONLY_THANKS = Reason("only_thanks", "The reply only says thanks; nobody waits for an answer.")

_HEADING = re.compile(
    r"\W*(?:(?:subject|betreff|asunto|objet|oggetto|assunto|onderwerp|re|aw|sv):\W*)*"
    r"(?:auto(?:matic|mated)?[- ]?(?:reply|response|answer)\b(?! (?:said|says|is|was|tells|told|to))"
    r"|out[- ]of[- ](?:the[- ])?office\b(?! (?:hours|chair|suppl))|ooo\b|(?:mail|message) delivery (?:failed|failure|status)"
    r"|undeliver(?:able|ed)\b|delivery status notification|mail delivery (?:sub)?system"
    r"|abwesenheits(?:notiz|nachricht|meldung|assistent|benachrichtigung)|automatische (?:antwort|abwesenheit\w*|r? ?bericht)"
    r"|respuesta autom[áa]tica|fuera de la oficina\b|r[ée]ponse automatique|message d'absence|risposta automatica"
    r"|fuori sede|resposta autom[áa]tica|fora do escrit[óo]rio\b|automatisch (?:antwoord|bericht)|afwezigheids\w+"
    r"|autosvar|automatisk svar|自動(?:返信|応答)|不在(?:の(?:お知らせ|連絡)|通知)|自动(?:回复|答复)|自動(?:回覆|回復))"
    r"|.{0,200}\bthis is an auto(?:mated|matic|matically generated) (?:message|reply|response|e-?mail)\b"
    r"|.{0,200}\bdies ist eine automati(?:sche|sch (?:erstellte|generierte)) (?:nachricht|antwort|e-?mail)\b"
)
"""How a text begins that a mail program or a machine wrote."""
_AWAY = re.compile(
    r"\b(?:i am|i'm|i will be|i'll be) (?:currently |now |presently )?"
    r"(?:out of (?:the )?office\b(?! chair)|away from (?:my|the) (?:desk|office|e-?mails?)|on (?:annual|parental|maternity|paternity|sick) leave)"
    r"|\b(?:bin|befinde mich) (?:ich )?(?:derzeit |zurzeit |zur zeit |momentan |aktuell |(?:vom|bis|ab) .{1,40}? )*"
    r"(?:nicht im (?:büro|haus)|au(?:ß|ss)er haus|abwesend|im urlaub|in elternzeit)\b"
    r"|\b(?:estoy|estar[ée]|me encuentro) (?:actualmente )?(?:fuera de la oficina|de vacaciones|ausente)\b"
    r"|\bje (?:suis|serai) (?:actuellement )?(?:absente?|en cong[ée]s?|en vacances)\b"
    r"|\b(?:sono|sar[òo]) (?:attualmente )?(?:assente|fuori (?:dall')?ufficio|in ferie)\b"
    r"|\b(?:estou|estarei) (?:atualmente )?(?:ausente|fora do escrit[óo]rio|de f[ée]rias)\b"
    r"|\b(?:ik ben|ben ik) (?:momenteel |tot [^.]{1,30} )*(?:afwezig|niet op kantoor|met vakantie)\b"
    r"|不在にして(?:おり|い)ます|休暇を(?:いただいて|取って)|(?:不在|外出)(?:办公室|辦公室)|正在休假"
)
"""How people let their mail program say that they are away."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ASKS = re.compile(r"\?")
_THANKS = _words(
    """
    thanks thank thankyou thx thanx tnx ty tysm cheers appreciated danke dankeschön dank merci gracias grazie obrigado obrigada
    valeu bedankt dankjewel dankuwel tack takk tak ありがとう ありがとうございます ありがとうございました 谢谢 謝謝 谢谢你 謝謝你 多谢 多謝 感谢 感謝
    """
)
_AROUND_THANKS = _words(
    """
    a again all alright and best brilliant dear everyone everything excellent fast fine folks for good great guys hello help helping hey
    hi is it it's kind kindly lot lots lovely many message much nice now of ok okay oki perfect quick regards reply response
    so super support team that that's the their this to very wonderful you your u
    alles antwort auch besten deine die freundliche für gruss grüsse gut herzlichen hilfe ihre ihnen liebe lieben nachricht prima schnelle schön
    sehr tausend und viele vielen
    ayuda bien gran la mil muchas muchísimas mucha por rápida respuesta su todo tu y
    aide beaucoup mille parfait pour rapide réponse tout très votre et
    aiuto bene mille molte perfetto per risposta tante tutto va
    ajuda bem muito muita pela resposta tudo
    antwoord goed hartelijk het hulp je jullie snelle voor wel
    """
)


def why_unread(text: str, trigger: str) -> Reason | None:
    """Return why no person has to read a reply that would become a case for `trigger`; None: in doubt it is read."""
    plain = plain_text(text)
    if trigger == CaseTrigger.DISTRESS:
        return None
    if _HEADING.match(plain.plain) or (trigger in _SAID_BY_ABSENCE_NOTICES and _says_away(plain)):
        return WRITTEN_BY_A_MACHINE
    if trigger != CaseTrigger.REPLY:
        return None
    if not plain.plain.strip():
        return NOTHING_WRITTEN
    return ONLY_THANKS if _only_thanks(plain) else None


_SAID_BY_ABSENCE_NOTICES = frozenset({CaseTrigger.REPLY, CaseTrigger.ASKED_FOR_HELP})
"""Absence notices tell whom to ask for help meanwhile; one that wants to be called is somebody's own words."""


def _says_away(plain: PlainText) -> bool:
    return bool(_AWAY.search(plain.plain[:READ_AS_OPENING])) and not _ASKS.search(plain.plain)


def _only_thanks(plain: PlainText) -> bool:
    """Whether a short text says thanks, and every other word of it goes with that."""
    words = words_of(plain.plain)
    if len(words) > MOST_COURTEOUS_WORDS or _ASKS.search(plain.plain):
        return False
    return bool(_THANKS & set(words)) and all(word in _THANKS or word in _AROUND_THANKS for word in words)
