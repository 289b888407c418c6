"""Which language somebody writes: by the script, then by its commonest little words, then by what is known of them."""

from collections.abc import Mapping

from attune.domain.reply_text import PlainText

DEFAULT = "en"
UNKNOWN = ""

_LITTLE_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": """the and i am he she his her you your is are was were i'm i've my me it's this that have has had for with not of to do does did
            don't can't will would what when where how why there they we our been be but so no if on at get got just still
            never again please thanks""",
        "de": """der die das den dem des und ist sind war ich sie ihr ihre mein meine meinen nicht kein keine ein eine einen es
            wir mit für auf von zu noch schon immer wieder seit habe haben hat wird werden wurde warum wie wo wann aber
            sehr bitte mir mich auch nur nie bei
            das uns euch ihnen an am im zum zur dass wenn dann jetzt schon einfach man hier doch""",
        "es": """el la los las un una y es son está están mi mis su sus no que servicio pésimo de del al lo le les me te se con por para pero
            muy más ya nunca cuándo cómo dónde qué he ha han hace desde sin todavía aún gracias esto este esta""",
        "fr": """le la les un une des du et est sont je j'ai vous votre vos mon ma mes ne pas plus que qui de au aux ce cette
            c'est il elle nous avec pour sur dans mais très toujours encore jamais depuis rien sans pourquoi comment
            quand où merci n'ai
            on me m'a m'avait nous ça cela suis avez avait été ici tout même""",
        "it": """il lo la i gli le un una uno e è sono mio mia mie vostro vostra non che di del della dal con per ma molto più
            mai ancora da sempre perché come quando dove ho ha hanno questo questa ci si mi grazie nessuno""",
        "pt": """o a os as um uma e é são está estão meu minha meus seu sua não que de do da dos das com para por mas muito
            mais nunca ainda já desde sem quando como onde porque eu você vocês isso este esta tem obrigado obrigada""",
        "nl": """de het een en is zijn was ik jullie u uw mijn niet geen dat die dit van voor met op aan te maar heel erg nog
            steeds altijd nooit weer sinds waarom hoe wanneer waar heb heeft hebben word wordt er bij naar bedankt al komt wanneer drie twee weken antwoord""",
    }.items()
}
_JAPANESE = (("\u3040", "\u30ff"),)
_CHINESE = (("\u3400", "\u9fff"),)
_OTHER_SCRIPTS = (("\u0370", "\u1fff"), ("\u2c00", "\u2dff"), ("\ua000", "\ud7ff"))
_LATIN_ENOUGH = 0.5


def language_of(text: PlainText, locale: str) -> str:
    """Return the language (ISO 639-1) that a text is written in; empty where its script is none of ours."""
    plain, told = text.plain, locale.replace("_", "-").partition("-")[0].casefold()
    letters = [sign for sign in plain if sign.isalpha()]
    if not letters:
        return told or DEFAULT
    if _has(letters, _JAPANESE):
        return "ja"
    if _share(letters, _CHINESE) >= _LATIN_ENOUGH:
        return told if told == "ja" else "zh"
    if _share(letters, _OTHER_SCRIPTS) >= _LATIN_ENOUGH:
        return UNKNOWN
    return _by_little_words(text.words, told)


def _by_little_words(words: tuple[str, ...], told: str) -> str:
    counts = {language: sum(word in little for word in words) for language, little in _LITTLE_WORDS.items()}
    most = max(counts.values())
    if most == 0 or counts.get(told) == most:
        return told or DEFAULT
    leading = [language for language, count in counts.items() if count == most]
    if told and (len(leading) > 1 or most == 1):
        return told  # one little word is no proof against what is known
    return leading[0]


def _has(letters: list[str], ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= sign <= last for sign in letters for first, last in ranges)


def _share(letters: list[str], ranges: tuple[tuple[str, str], ...]) -> float:
    return sum(any(first <= sign <= last for first, last in ranges) for sign in letters) / len(letters)
