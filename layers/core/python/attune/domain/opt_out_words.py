"""The words by which people say that they want no more messages, and those that only look like it."""
# ruff: noqa: RUF001 - other alphabets are meant

import re
from collections.abc import Mapping

COMMANDS = frozenset(
    [
        "stop",
        "stopall",
        "stopp",
        "stops",
        "stopped",
        "stopit",
        "stopnow",
        "stoppen",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "unsubscribe",
        "unsubscribed",
        "unsub",
        "unsubscribeall",
        "remove",
        "halt",
        "cease",
        "enough",
        "nomore",
        "abbestellen",
        "abmelden",
        "aufhören",
        "austragen",
        "schluss",
        "kündigen",
        "baja",
        "basta",
        "parar",
        "pare",
        "paren",
        "alto",
        "detener",
        "cancelar",
        "desuscribir",
        "desuscribirme",
        "desuscripción",
        "arrêt",
        "arret",
        "arrêter",
        "arreter",
        "arrêtez",
        "arretez",
        "désabonner",
        "desabonner",
        "désinscription",
        "désinscrire",
        "disiscrivimi",
        "disiscriviti",
        "cancellami",
        "annulla",
        "fermare",
        "smettila",
        "sair",
        "parem",
        "descadastrar",
        "remover",
        "afmelden",
        "uitschrijven",
        "ophouden",
        "avregistrera",
        "avsluta",
        "avmeld",
        "slutt",
        "sluta",
        "lopeta",
        "стоп",
        "отписаться",
        "отписка",
        "отпишите",
        "хватит",
        "rezygnuję",
        "wypisz",
        "dur",
        "iptal",
        "停止",
        "退订",
        "退訂",
        "解除",
        "取消订阅",
        "取消訂閱",
        "配信停止",
        "やめて",
        "止めて",
        "ストップ",
        "구독취소",
        "수신거부",
        "그만",
        "إلغاء",
        "توقف",
    ]
)
"""Alone, or with fillers, each of these is a command."""

LOOSE = frozenset({"stop_this", "leave_alone", "told_to_stop", "too_many"})
"""Wishes that are believed in a short text only: in a long story they are about something else."""

COMMAND_CLAUSES = frozenset(
    {"stop", "stopp", "stopall", "unsubscribe", "optout", "unsub", "basta", "退订", "退訂", "停止", "стоп"}
)
"""Commands that count as one also beside other sentences: "STOP. This drives me mad."."""

FILLERS = frozenset(
    [
        "a",
        "all",
        "already",
        "alles",
        "alright",
        "asap",
        "bitte",
        "but",
        "can",
        "could",
        "danke",
        "dear",
        "do",
        "end",
        "for",
        "ffs",
        "fgs",
        "gracias",
        "grazie",
        "guys",
        "hello",
        "hey",
        "hi",
        "hallo",
        "hola",
        "i",
        "i'd",
        "immediately",
        "it",
        "jetzt",
        "just",
        "kindly",
        "like",
        "me",
        "means",
        "merci",
        "my",
        "no",
        "now",
        "number",
        "of",
        "ok",
        "okay",
        "omg",
        "once",
        "please",
        "plz",
        "pls",
        "por",
        "favor",
        "prego",
        "por",
        "reply",
        "right",
        "s'il",
        "said",
        "sil",
        "sofort",
        "so",
        "sorry",
        "sms",
        "t",
        "text",
        "texting",
        "that",
        "thank",
        "thanks",
        "thanx",
        "the",
        "these",
        "this",
        "thx",
        "to",
        "told",
        "totally",
        "txt",
        "u",
        "ur",
        "us",
        "vous",
        "plaît",
        "plait",
        "wrong",
        "want",
        "would",
        "will",
        "yes",
        "you",
        "your",
        "every",
        "everything",
        "everyone",
        "forever",
        "here",
        "bye",
        "god",
        "sake",
        "love",
        "christ",
        "for's",
        "again",
    ]
) - {"end", "no", "do", "for's"}
"""Words that leave a bare command a bare command: "please stop it now"."""

NO_TYPO = frozenset(
    [
        "shop",
        "step",
        "slop",
        "strop",
        "story",
        "store",
        "spot",
        "sop",
        "sto",
        "top",
        "tops",
        "stow",
        "stoop",
        "stock",
        "sort",
        "soup",
        "stood",
        "stomp",
        "slot",
        "stoep",
        "estop",
        "cancer",
        "cancels",
        "canceled",
        "cancelled",
        "canal",
        "removed",
        "removes",
        "remover",
        "removal",
        "cancelling",
        "remote",
    ]
)
"""Words of their own that lie one letter beside a command."""

_KINDS = (
    r"(?:(?:text|sms|mass|auto\w*|marketing|promo\w*|junk|spam|e-?mail|email|newsletter|advertising|push|sales)[ -])*"
    r"(?:messages?|msgs?|messgaes|mesages|texts?|txts?|e-?mails?|mails?|sms|newsletters?|spam|spams|ads?|adverts?|advertising|"
    r"advertisements?|promos?|promotions?|promotional|notifications?|alerts?|reminders?|offers?|marketing|mailings?|"
    r"communications?|communicating|contact(?:s|ing)?|subscriptions? e-?mails?|mailing lists?|campaigns?|pings?|crap|junk|"
    r"nonsense|rubbish|garbage|nachrichten|werbung)"
)
_ALL = r"(?:(?:all|any|any more|anymore|more|the|these|this|those|that|your|ur|you|such|so|many|of|me|us|out|with|from|further|future|stupid|damn|annoying|fucking|bloody|constant|daily|unwanted|unsolicited|random|endless|goddamn|freaking|other) )*"
_SENDING = (
    r"(?:sending|texting|messaging|e-?mailing|mailing|contacting|writing|bothering|spamming|harassing|pestering|annoying|"
    r"bugging|calling|ringing|phoning|bombarding|hounding|pinging|notifying|msging|txting|blowing up|reaching out|marketing)"
)
_UNTIL_END = (
    r"(?= ?(?:$|[.!?,;:\n]|please|pls|plz|now|thanks|thank|again|any ?more|ever|at all|or|and|already|asap|\W*$))"
)
# "don't stop", "never unsubscribe": a no shortly before, in the same clause, unless it reproaches ("why don't you stop").
_NOT = (
    r"(?<!don't )(?<!dont )(?<!do not )(?<!never )(?<!not )(?<!not to )(?<!n't to )(?<!without )(?<!didn't )"
    r"(?<!n't want to )(?<!not want to )(?<!n't want you to )(?<!not want you to )(?<!did you )(?<!did they )"
    r"(?<!ask you to )(?<!asked you to )(?<!no need to )(?<!n't ever )(?<!please never )(?<!do you )(?<!can't )(?<!cannot )"
)
_RESTRICTED = r"(?! (?:[\w']+ ){0,3}(?:before|after|between|until|at work|at night|on (?:sun|mon|tues|wednes|thurs|fri|satur)days?|during|while|if|when|unless|about the|with the))"

WISHES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(wording)
    for name, wording in {
        "opt_out": (
            rf"{_NOT}\bopt(?:ing|ed)?[ -]?(?:me |us )?[ -]?out\b"
            rf"(?! of (?!{_ALL}(?:{_KINDS}|this|these|those|it|everything|all|list|anything|being|receiving|getting)\b))"
        ),
        "unsubscribe": (
            rf"{_NOT}\b(?:unsubscribe|unsub|desubscribe|un-subscribe|de-?register|unregister|unenroll)\b"
            r"(?! (?:my|his|her|our|the|their) (?:husband|wife|son|daughter|mother|mum|mom|father|dad|friend|colleague|boss|partner|sister|brother))"
        ),
        "unsubscribed_before": r"\b(?:already|have|i've|i|twice|times) (?:have )?unsubscribed\b.{0,60}\b(?:still|again|twice|times|but|yet|why|keep)\b",
        "subscription": r"\bcancel (?:my |the |this |your )?(?:e-?mail|text|sms|newsletter|mailing)(?: list)? (?:subscription|membership|sign-?up)\b|\bnot subscribed\b.{0,20}\bstop\b",
        "stop_doing": rf"{_NOT}\b(?:stop|stpo|sotp|stp|quit|cease|discontinue|halt|no more) (?:(?:with|from|all|the|this|your|ever|f\w+ing|to) )*{_SENDING}(?: (?:me|us|this number|my phone|to me|at me|my number|my family|here|people))?(?! (?:(?:me|us|to) )*(?:the |my |a |an |it |wrong |to my |parcels|packages|letters|invoices|goods|it to))",
        "stop_sending_these": rf"{_NOT}\b(?:stop|stpo|sotp|quit|cease) (?:from )?sending (?:(?:out|me|us|to) )*{_ALL}(?:{_KINDS}|stuff|things|shit|bs|these|this|them|it|anything){_UNTIL_END}",
        "stop_messages": rf"{_NOT}\b(?:stop|stpo|sotp|end|cancel|cease|discontinue|halt|no more|no further|no|enough|block|kill|disable|mute|turn off|switch off|deactivate|get rid of|pause) (?:of |with |it with )?(?:(?:all|any|any more|more|the|these|this|those|your|ur|of|further|future|stupid|damn|annoying|fucking|bloody|such|constant|daily) )+{_KINDS}\b|{_NOT}\b(?:stop|stpo|sotp|end|cancel|cease|no more|no further|no extra|enough|mute|turn off|disable) {_KINDS}\b",
        "do_not_write": (
            r"(?<!you )(?<!they )(?<!he )(?<!she )(?<!i )(?<!we )(?<!it )(?<!people )(?<!who )(?<!why )"
            r"\b(?:do not|don't|dont|do nt|never|not to|please not) (?:ever |you dare |you |bother )?"
            rf"(?:text|txt|message|msg|e-?mail|mail|contact|write|spam|bother|ping|notify|disturb)(?: to)? (?:me|us|my (?:number|phone|address|email)|this (?:number|address|phone|email))\b{_RESTRICTED}"
        ),
        "do_not_again": (
            r"(?<!you )(?<!they )(?<!i )(?<!we )(?<!why )\b(?:do not|don't|dont|never) (?:ever )?(?:call|ring|phone|text|message|e-?mail|mail|contact|write|send)\b"
            r"(?: (?:to |me |us |this number |my number |it |these |anything |any |more |of |your |messages |texts |emails |stuff ))*.{0,24}\b(?:again|any ?more|ever)\b"
        ),
        "do_not_send": rf"(?<!you )(?<!they )(?<!why )\b(?:do not|don't|dont|never|not) (?:ever )?send (?:me |us |out |to )*{_ALL}(?:{_KINDS}|stuff|things|shit){_UNTIL_END}",
        "no_wish": (
            rf"\b(?:do not|don't|dont|no longer|never|not|wouldn't|didn't) (?:\w+ )?(?:want(?:ed)?|wish|care|need|like|asked?|interested|sign(?:ed)? up|agreed?|consent(?:ed)?)\b(?: (?:to|for|in|on))?(?: (?:be|get|getting|have|receive|receiving|see|hear|hearing|read|being|sent|accept))* {_ALL}(?:{_KINDS}|contacted|messaged|texted|emailed|e-mailed|bothered|disturbed|from you|on (?:this|your|the|any) (?:\w+ )?list){_UNTIL_END}"
        ),
        "no_longer": r"\bno longer (?:wish|want|care|like|interested|would like)\b.{0,30}\b(?:receiv\w+|get(?:ting)?|hear\w*|be (?:contacted|messaged|texted|emailed)|these|subscribed|part of)\b(?! (?:my|the|a) (?:order|parcel|package|refund))",
        "no_hearing": r"\b(?:do not|don't|dont|never) (?:ever )?(?:want|wish|need|care|like) to (?:ever )?(?:hear|get|receive|see|be|read)\b(?: (?:anything|anymore|any more|any|more|these|stuff|things|this))*(?: from (?:you|u|your \w+|this number)|contacted|messaged|texted|emailed| (?:contacted|messaged|texted|emailed|bothered))\b",
        "consent": r"\b(?:revoke|revoking|withdraw|withdrawing|retract|rescind|remove|take back|cancel)(?: all)?(?: of)?(?: my)? (?:previous )?(?:consent|permission|authori[sz]ation|opt[ -]?in)\b|\bobject to (?:the |any |all |your )*(?:processing|marketing|direct marketing|use of my|profiling|being contacted)\b|\bno consent\b",
        "take_me_off": (
            r"\b(?:take|get|remove|delete|drop|strike|erase|scratch|pull|wipe|scrub|exclude|purge|kick) (?:me|us|my (?:name|number|phone number|cell|mobile|phone|e-?mail|e-?mail address|address|contact|contacts|details|info|information|data)|this (?:number|e-?mail|address|phone))\b"
            r"(?: (?:please|off|out|from|of|the|this|your|ur|all|any|these|those|that|stupid|damn|fucking|bloody|whole|mailing|e-?mail|marketing|contact|text|sms|customer|distribution|call|phone|promotional|and|records?|files?|lists?|databases?|systems?|newsletters?|contacts|messages|texts|emails|e-mails|subscriptions?|campaigns?|group|thing|here|it|future|now|immediately|asap|pls|thanks|thank you|right|forever|completely))*"
            r"(?= ?(?:$|[.!?,;:)\n]|or|and|-))(?<!remove me and)(?<!get me)(?<!take me)(?<!get us)(?<!take us)(?<!get my email)(?<!take my number)(?<!take my phone)(?<!get my number)(?<!take my address)(?<!take my details)"
        ),
        "off_the_list": r"\b(?:take|get|remove|delete|drop|strike|want|be) (?:me |us |my \w+ )?(?:to be )?(?:taken |removed |deleted )?(?:off|from|out of) (?:of )?(?:the |this |your |ur |all |any |these |every )*(?:\w+ )?(?:lists?|database|newsletters?|mailings?|(?:text|email|sms)s?|contacts?|messages|spam)\b",
        "lose_number": r"\b(?:lose|forget|delete|erase|burn|scrap|block|ditch) (?:my|this) (?:number|address|e-?mail|phone number|contact|digits)\b",
        "wrong_person": r"\b(?:you|u|you've|youve) (?:have |got |have got |must have )+(?:the |a )?wrong (?:number|person|guy|address)\b|\bwrong (?:number|person)\b.{0,20}\b(?:stop|remove|delete)\b|\b(?:this is not|this isn't|i am not|i'm not) (?:the person|who you think)\b",
        "leave_alone": r"\bleave (?:me|us) (?:the \w+ |the f\w+ )?(?:alone|be|in peace)\b|\bget off my (?:phone|back|case)\b|(?:^|[.!?,;] ?|\b(?:please|pls|just|now|and|so|to) )(?:go away|get lost|f(?:uc|\*+|u\*)k off|piss off|bugger off|sod off|buzz off|shut up)\b",
        "spam": r"\b(?:this|it|that)(?: is|'s| was) (?:just |pure |nothing but )?(?:spam|harassment)\b|\b(?:stop|quit|no) spam\b|\bharassing me\b|\breport(?:ing|ed)? (?:you|this|it) (?:as|for) spam\b|\bblock(?:ing|ed)? (?:you|this number)\b",
        "too_many": rf"\b(?:you|u|y'all|you guys) (?:\w+ )?(?:send|text|email|e-mail|write|message)(?: me| us)? (?:far |way |much )?too (?:many|much|often)\b|\b(?:way |far )too many {_KINDS}(?= ?(?:$|[.!,]))|\b(?:sick|tired|fed up|had enough|done) (?:and tired )?(?:of|with) (?:all |getting |receiving |these |your |the |this |constant )+{_KINDS}\b",
        "erase_data": r"\b(?:delete|erase|remove|wipe) (?:all )?(?:of )?(?:my|the) (?:personal )?(?:data|information|details)(?: (?:you (?:have|hold|store)|from your \w+|about me|on me|completely|now|please))*(?= ?(?:$|[.!,]))",
        "told_to_stop": r"\b(?:i|we) (?:\w+ )?(?:said|told you to|asked you to|want(?: you)? to|want (?:this|it|them|these|you guys) to|would like (?:you )?to|wish to|need you to|need this to|demand you) stop\b(?= ?(?:$|[.!?,;]|now|please|pls|all|these|this|it|immediately|getting|receiving|sending|texting|emailing|messaging|the (?:texts|messages|emails|spam)|your|messages|texts|emails|messaging))|\bmake (?:it|this|them|these) stop\b|\b(?:when|how|where|what|why) (?:\w+ ){0,5}(?:make|get) (?:this|these|it|them|you) (?:to )?stop\b",
        "stop_this": r"(?<!don't )(?<!not )(?<!never )(?:^|[.!?,;] ?|\b(?:please|pls|plz|just|now|will you|can you|could you|would you) )(?:please |just )?(?:stop|stpo|sotp|quit) (?:it|this|that|them|these|already|now|immediately|pls|please|the (?:spam|spamming|texts|messages|madness|harassment)|(?:doing|with) (?:this|that|it)|bro|man|guys)(?= ?(?:$|[.!?,;]|now|please|already|nonsense|shit|crap|madness|right|immediately|at once|or|thanks|i ))",
    }.items()
}
"""Wordings of the wish in English, by rule."""

TAKEN_BACK = tuple(
    re.compile(wording)
    for wording in (
        r"\b(?:unsubscribed?|opted out|opt out|stopped?)\b.{0,40}\b(?:by mistake|by accident|accidentally|unintentionally|in error)\b",
        r"\b(?:accidentally|mistakenly|by mistake|by accident)\b.{0,30}\b(?:unsubscribed?|opted out|stop|texted)\b",
        r"\b(?:re-?subscribe|sign me (?:back )?up|put me back|opt me (?:back )?in|start again)\b",
        r"\b(?:why (?:was|were|am|did)|i (?:was|got)) (?:i |you |me )?(?:been )?(?:unsubscribed?|opted out|removed)\b",
        r"\bundo\b.{0,20}\b(?:unsubscribe|opt[ -]?out)\b",
    )
)
"""A wish that was a mistake; a bare command counts all the same."""

WHOLE_TEXT = re.compile(
    r"(?:(?:please|pls|hey|hi|um|uh|and|so|ok|sorry|thanks|thank you|but|i want|i said|no)[ ,.!]*)*"
    r"(?:no more(?: (?:of )?(?:this|these|it))?|no more,? (?:please|thanks|thank you|pls|plz)|take me off|get me off|remove me|off the list|"
    r"do not disturb|not interested,? (?:stop|remove me|leave me alone|unsubscribe)|enough (?:already|is enough|now|of this)|"
    r"that's enough|i want out|i'm out|no thanks,? stop|no stop|wrong (?:number|person)|not my number|lose my number|"
    r"spam|too many (?:messages|texts|e-?mails|mails)|stop it|stop that|shut it|never again,? stop|let me go|"
    r"stop (?:2|to|two) (?:end|quit|stop)|stop (?:or|and) .{0,40}|arrêt sms|stop (?:sms|pub)|txt stop|nomore)"
    r"(?:[ ,.!?]*(?:please|pls|plz|thanks|thank you|thx|now|already|ever|again|at all|ok|from (?:this|here|it)))*[ .!?\U0001F300-\U0001FAFF]*"
)
"""What is a wish only if nothing else is said."""

_MAILS_DE = r"(?:nachrichten|mails?|e-?mails?|sms|newsletter|werbung|werbemails|spam|post|angebote|benachrichtigungen|erinnerungen|anrufe)"
OTHER_LANGUAGES: Mapping[str, re.Pattern[str]] = {
    language: re.compile(wording)
    for language, wording in {
        "de": (
            rf"\bkeine (?:weiteren |weitere |solchen )?{_MAILS_DE}\b.{{0,30}}\bmehr\b|\bkeine weiteren? {_MAILS_DE}\b"
            rf"|\b(?:möchte|will|wünsche|brauche|bitte)\b.{{0,40}}\bkeine (?:\w+ )?{_MAILS_DE}(?: (?:mehr|bekommen|erhalten|von (?:ihnen|euch)))+"
            r"|\b(?:möchte|will|bitte|kann|können|wie|wo|würde|hiermit)\b.{0,40}\b(?:abmelden|abbestellen|austragen|ab|abgemeldet)\b(?<!\bab)"
            r"|\b(?:newsletter|nachrichten|sms|mails?|werbung) (?:bitte )?(?:abbestellen|abmelden|stoppen|kündigen|einstellen)\b"
            r"|\bmeld\w* (?:mich|uns) (?:\w+ ){0,3}ab\b|\btrag\w* (?:sie )?mich (?:\w+ ){0,3}aus\b|\bbestelle\b.{0,30}\bab\b"
            r"|\b(?:lass|lasst|laßt|lassen)\b.{0,12}\bmich\b.{0,12}\bin (?:ruhe|frieden)\b"
            r"|\b(?:hör|hört|hören sie|hoer|hoert)\b.{0,40}\bauf\b(?! mich)|\b(?:nicht|nie) (?:mehr|wieder|länger)\b.{0,20}\b(?:schreiben|anschreiben|kontaktieren|anrufen|schicken|senden|belästigen|zusenden|kontaktiert|angeschrieben|belästigt)\b"
            r"|\b(?:schreib|schreibt|schreiben sie|schick|schickt|schicken sie|sendet|senden sie|kontaktieren sie) (?:mir|mich|uns)?\b.{0,12}\b(?:nicht|nichts|nie|keine \w+) (?:mehr|wieder)\b"
            r"|\baus (?:dem|eurem|ihrem|der) (?:verteiler|liste|newsletter|adressliste)\b|\b(?:widerrufe|widerspreche|ziehe)\b.{0,60}\b(?:einwilligung|zustimmung|werbung|zusendung|nutzung|zurück)\b"
            r"|\b(?:lösch|löscht|löschen sie|entfern|entfernt|entfernen sie)\b.{0,12}\b(?:mich|meine (?:nummer|daten|e-?mail|mail|adresse|handynummer))\b"
            r"|\bnerv(?:t|en sie)? mich nicht\b|\bschluss (?:damit|jetzt|mit)\b|\bwill (?:das|die|sowas) nicht mehr\b|\bstopp?t? (?:mit|die|den|das|diese|eure|ihre)\b.{0,20}(?:nachrichten|mails?|sms|werbung|spam|newsletter|scheiß)"
        ),
        "es": (
            r"\b(?:dar(?:me|nos)?|d[ée]n?(?:me)?|d[ae]n?me|darse|date|dadme|quiero|solicito|pido) (?:de )?(?:la )?baja\b|\bde baja\b"
            r"|\bno (?:quiero|deseo|me interesa|queremos)\b.{0,20}\b(?:recibir|mensajes|correos|emails|publicidad|sms|notificaciones|promociones)\b"
            r"|\bno me (?:escrib|env[ií]|mand|contact|llam|molest|moleste)\w*\b"
            r"|\b(?:deja|dejen|deje|dejad|paren?|parad|basta|para) (?:ya )?(?:de|con)\b(?! llover)|\bno m[áa]s (?:mensajes|correos|emails|sms|publicidad|spam|llamadas|promociones)\b"
            r"|\bya no (?:quiero|deseo)\b.{0,20}\b(?:recibir|mensajes|correos|nada)\b|\b(?:elimin|borr|quit|sac|saqu)\w*(?:me|nos|) (?:mi (?:n[úu]mero|correo|email|datos)|de (?:la|su|esta|tu|vuestra) (?:lista|base))\b"
            r"|\b(?:qu[íi]tenme|qu[íi]tame|s[áa]quenme|s[áa]came|b[óo]rrenme|b[óo]rrame|elim[íi]nenme|elim[íi]name|d[ée]jenme|d[ée]jame)\b.{0,14}(?:lista|paz|en paz|tranquil|base|$)"
            r"|\b(?:desuscrib|cancelar (?:la |mi )?(?:suscripci[óo]n|subscripci[óo]n))\w*|\bretiro mi consentimiento\b"
        ),
        "fr": (
            r"\bd[ée]sabonn\w+|\bd[ée]sinscri\w+|\b(?:ne|n'|pas|plus|j'|je)\b.{0,12}\b(?:m'|me |nous )(?:envoy|[ée]cri|contact|appel|d[ée]rang|harcel|spam)\w*.{0,12}\bplus\b|\bn'envoyez plus\b|\bne (?:plus )?(?:m'|me |nous )(?:\w+ )?(?:plus|contactez|[ée]crivez|envoyez|appelez)"
            r"|\bplus (?:de|d'|aucun) ?(?:messages?|mails?|e-?mails?|sms|pubs?|publicit[ée]s?|spam|courriels?|notifications?|newsletter)\b"
            r"|\b(?:laissez|laisse|foutez|fichez)[- ](?:moi|nous)[- ](?:tranquille|en paix|la paix)\b|\b(?:retire[rz]?|supprime[rz]?|enl[eè]ve[rz]?|efface[rz]?)[- ](?:moi|mon (?:num[ée]ro|adresse|mail|email)|mes (?:donn[ée]es|coordonn[ée]es))\b"
            r"|\b(?:je )?(?:ne )?(?:veux|souhaite|d[ée]sire|voudrais) (?:plus|pas)\b.{0,20}\b(?:recevoir|re[çc]evoir|vos|de vos|[êe]tre contact\w+|messages?|mails?|sms)\b"
            r"|(?:^|[.!,] ?|\bs'il (?:vous|te) pla[îi]t,? |\bsvp,? |\bstp,? |\bmerci d')\s?arr[êe]te[zr]? (?:de |d'|avec |vos |ces |les |tout|[çc]a)|\bje me d[ée]sabonne\b|\bje retire mon consentement\b"
        ),
        "it": (
            r"\bdisiscri\w+|\bcancella(?:mi|temi|rmi|te (?:il mio|la mia|i miei)|re (?:l')?iscrizione)\b|\bcancellazione dalla (?:lista|newsletter)\b|\bannullare? (?:l')?iscrizione\b"
            r"|\bnon (?:voglio|desidero|vorrei|intendo)\b.{0,14}\b(?:ricevere|essere contattat\w|messaggi|mail|email|sms|pubblicità)\b|\bnon (?:mi )?(?:scriv|contatt|mand|invi|chiam|disturb)\w*\b.{0,14}\b(?:più|messaggi|mail|email|sms|nulla|niente)\b|\bnon (?:scrivetemi|contattatemi|mandatemi|inviatemi|disturbatemi|chiamatemi)\b"
            r"|\bbasta (?:con )?(?:i |le |questi |queste |questa |la )?(?:messaggi\w*|mail|email|sms|pubblicità|spam|notifiche|telefonate)\b|\bsmett(?:ete|ila|etela|i|ere)\b.{0,4}(?:di|con|$|[.!])|\b(?:toglie|rimuove|lascia|elimina)(?:te|)(?:mi)\b|\brevoco\b.{0,20}\bconsenso\b|\bnon sono (?:più )?interessat\w\b.{0,30}\b(?:messaggi|mail|email|stop)\b"
        ),
        "pt": (
            r"\bdescadastr\w+|\bdesinscrev\w+|\bcancelar (?:a |minha |a minha )?(?:inscri[çc][ãa]o|subscri[çc][ãa]o|assinatura d[ao]s? (?:newsletter|e-?mails?))\b|\bsair d[ae]ss?[ae] lista\b|\bsair da lista\b"
            r"|\bn[ãa]o (?:quero|desejo|pretendo|gostaria)\b.{0,14}\b(?:receber|mensagens|e-?mails|sms|contato|contacto)\b|\bn[ãa]o (?:me |mais )+(?:envi|mand|contat|contact|lig|incomod|escrev)\w*\b|\bn[ãa]o (?:envi|mand)\w+ mais\b"
            r"|\b(?:pare|parem|para|chega|deixem?) (?:j[áa] )?de (?:me |enviar|mandar|ligar|envi|incomodar|mensag|e-?mail|spam)\w*|\b(?:me )?(?:tirem?|remov[ae]m?|retirem?|exclua[m]?|apaguem?)[ -](?:me|o meu|meu|os meus|meus)\b|\bme (?:tirem?|removam?|retirem?)\b|\b(?:deixem?|deixa)[- ]me em paz\b|\bme deix[ae]m? em paz\b|\bretiro o (?:meu )?consentimento\b"
        ),
        "nl": (
            r"\bafmelden\b(?! bij de balie)|\buitschrijven\b|\bmeld (?:me|mij|ons) (?:\w+ ){0,3}af\b|\bschrijf (?:me|mij|ons) (?:\w+ ){0,3}uit\b|\bgeen (?:verdere |enkele )?(?:berichten|berichtjes|mails?|e-?mails?|sms(?:jes|'jes)?|reclame|nieuwsbrie\w+|spam|appjes|aanbiedingen)\b.{0,30}\bmeer\b|\bgeen (?:reclame|spam|mails|berichten) (?:a\.?u\.?b|alsjeblieft|aub|graag)"
            r"|\bstop(?:pen)? met (?:\w+ ){0,3}(?:sturen|mailen|sms'?en|appen|berichten|mails?|spammen|bellen|versturen|lastig\w*)|\blaat (?:me|mij|ons) (?:toch |eens |nou )?met rust\b|\bniet (?:meer|langer) (?:\w+ ){0,3}(?:ontvangen|sturen|mailen|contacteren|appen|benaderen|benaderd|bellen|lastigvallen)\b|\b(?:haal|verwijder) (?:me|mij|mijn (?:nummer|gegevens|mail\w*|e-?mail\w*))\b|\b(?:mail|app|bel|sms|stuur|benader) (?:me|mij) (?:\w+ )?(?:niet|niets) meer\b|\bhou(?:d)? (?:er ?mee )?op(?: met)?\b(?! de)"
        ),
        "ja": r"配信.{0,4}(?:停止|不要|拒否)|(?:停止|解除|退会|中止)(?:して|を?お願い|希望|したい|する方法|手続)|(?:止|や)めて(?:くだ|下|ほし|欲し|くれ|もら|よ|。|！|$)|送(?:ら|信し)ないで|送って(?:こないで|こなくて)|(?:メール|メッセージ|通知|連絡|案内).{0,6}(?:不要|いりません|いらない|要りません|要らない|結構です|やめ|停止)|(?:登録|購読).{0,2}(?:解除|停止|取り?消)|連絡(?:し|して)(?:ないで|こないで)|もう(?:送|連絡|メール).{0,8}(?:ない|不要|いら)|受信拒否|退会",
        "zh": r"退[订訂]|取消(?:订阅|訂閱|关注|訂)|(?:不要|别|別|勿|请勿|請勿|不用|禁止)(?:再|继续|繼續)?(?:给我|給我|向我)?(?:发|發|寄|推送|联系|聯繫|聯絡|联络|打扰|打擾|骚扰|騷擾|传|傳)|(?:不要|别|別)(?:再)?(?:给|給)我|停止(?:发送|發送|推送|订阅|訂閱|联系|骚扰|發|发)|不(?:想|愿|願意|要|需要)(?:再|继续)?(?:收到|接收|看到)(?:你们|你們|您|任何|这|這|这些|這些|短信|簡訊|邮件|郵件|消息|訊息|广告|廣告|推|了|$)|(?:删除|刪除|移除)我的?(?:号码|號碼|电话|電話|信息|資料|资料|邮箱)|把我.{0,8}(?:删|刪|移除|去掉)|拒收|别烦我|別煩我",
        "ko": r"수신 ?거부|그만 ?(?:보내|해|하|좀)|보내지 ?(?:마|말)|구독 ?(?:취소|해지)|연락하지 ?(?:마|말)|문자 ?(?:그만|중단)",
        "ru": r"\bотпи[сш]\w*|\bне (?:пишите|присылайте|звоните|беспокойте|шлите|отправляйте)\b|\bудалите (?:меня|мой)\b|\bпрекратите\b|\bхватит (?:слать|писать|присылать)\b|\bоставьте меня в покое\b",
        "pl": r"\bwypisz\w*|\brezygnuj\w*\b.{0,20}\b(?:newsletter\w*|wiadomo\w+|sms\w*)|\bnie (?:wysyłaj\w*|pisz\w*|dzwoń\w*|kontaktuj\w*|chcę (?:więcej )?(?:otrzymywać|dostawać|wiadomości|sms))|\bprzestań\w* (?:wysyłać|pisać|mi)\b|\bzostaw\w* mnie w spokoju\b",
        "nordic": r"\bavregistrera\b|\bavsluta (?:min )?prenumeration\w*|\bsluta (?:skicka|skriv|messa|maila|sms|ringa)\w*|\b(?:meld|avmeld|afmeld) meg (?:av|fra)\b|\bmeld meg av\b|\bafmeld\w* (?:mig|nyhed)\w*|\bstop med at (?:skrive|sende)\b|\bslutt å (?:sende|skrive|ringe)\b|\bta bort mig\b|\binga fler (?:sms|mejl|meddelanden)\b|\bingen flere (?:sms|meldinger|beskeder|mails)\b|\blämna mig i fred\b|\blad mig være\b",
        "tr": r"\b(?:mesaj|sms|e-?posta|mail|reklam)\w* (?:istemiyorum|almak istemiyorum|atmayın|göndermeyin|gelmesin|yollamayın)\b|\babonelik\w* (?:iptal|çık)\w*|\blisteden (?:çıkar|sil)\w*|\bbeni rahat bırak\w*",
        "ar": r"(?:إلغاء|الغاء) (?:الاشتراك|اشتراك)|لا (?:ترسل|تراسل|تتصل|اريد|أريد)|(?:توقف|توقفوا) عن|أوقفوا|ازيلوني|احذف(?:وا)? رقمي",
        "hi": r"(?:संदेश|मैसेज|मेसेज|एसएमएस).{0,12}(?:बंद|मत|रोक)|(?:मत|बंद) (?:भेज|कर)|सदस्यता रद्द|मुझे परेशान (?:न|मत)",
    }.items()
}
"""Wordings of the wish in other languages."""
