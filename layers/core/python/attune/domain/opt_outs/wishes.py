"""How people say in English that they want no more messages, and how they take it back."""

from collections.abc import Mapping

from attune.domain.expressions import Expression

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
_UNTIL_END_OR_FROM = r"(?= ?(?:$|[.!?,;:\n]|please|pls|plz|now|thanks|thank|again|any ?more|ever|at all|or|and|already|asap|from (?:you|u|your|this|them|here)|by|\W*$))"
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

WISHES: Mapping[str, Expression] = {
    name: Expression(wording)
    for name, wording in {
        "opt_out": (
            rf"{_NOT}(?<!\ban )(?<!the )(?<!is )\bopt(?:ing|ed)?[ -]?(?:me |us )?[ -]?out\b"
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
            rf"\b(?:do not|don't|dont|no longer|never|not|wouldn't|didn't) (?:\w+ )?(?:want(?:ed)?|wish|care|need|like|asked?|interested|sign(?:ed)? up|agreed?|consent(?:ed)?)\b(?: (?:to|for|in|on))?(?: (?:be|get|getting|have|receive|receiving|see|hear|hearing|read|being|sent|accept))* {_ALL}(?:{_KINDS}|contacted|messaged|texted|emailed|e-mailed|bothered|disturbed|from you|on (?:this|your|the|any) (?:\w+ )?list){_UNTIL_END_OR_FROM}"
        ),
        "no_longer": r"\bno longer (?:wish|want|care|like|interested|would like)\b.{0,30}\b(?:receiv\w+|get(?:ting)?|hear\w*|be (?:contacted|messaged|texted|emailed)|these|subscribed|part of)\b(?! (?:my|the|a) (?:order|parcel|package|refund))",
        "no_hearing": r"\b(?:do not|don't|dont|never) (?:ever )?(?:want|wish|need|care|like) to (?:ever )?(?:hear|get|receive|see|be|read)\b(?: (?:anything|anymore|any more|any|more|these|stuff|things|this))*(?: from (?:you|u|your \w+|this number)|contacted|messaged|texted|emailed| (?:contacted|messaged|texted|emailed|bothered))\b",
        "would_rather_not": (
            rf"\b(?:would|i'd|i would|rather|prefer|prefer to|please|mind|appreciate it if you|grateful if you|nice if you|appreciated if you|glad if you|happy if you) (?:rather |kindly |just )?(?:not|stop|stopped|no longer|didn't|don't|quit|wouldn't) (?:be |to |being |get |getting |receive |receiving |sent |send |sending )*(?:me |us )?{_ALL}(?:{_KINDS}|contacted|messaged|texted|emailed|these|this anymore|{_SENDING})\b"
            r"(?! (?:i |the |a |my )?(?:ordered|shoes|back))"
        ),
        "no_interest": rf"\b(?:not|no longer|never) (?:\w+ )?interested in (?:getting |receiving |being |hearing |any )+(?:{_KINDS}|these|this|those|contacted|messaged|from you)\b",
        "exclude": rf"\b(?:exclude|block|suppress|blacklist) (?:me|us|my \w+|this number) (?:from|on|in) {_ALL}(?:\w+ )?(?:{_KINDS}|lists?|database|system)\b",
        "cease": r"\bcease and desist\b",
        "consent": r"\b(?:revoke|revoking|withdraw|withdrawing|retract|rescind|remove|take back|cancel)(?: all)?(?: of)?(?: my)? (?:previous )?(?:consent|permission|authori[sz]ation|opt[ -]?in)\b|\bobject to (?:the |any |all |your )*(?:processing|marketing|direct marketing|use of my|profiling|being contacted)\b|\bno consent\b",
        "take_me_off": (
            rf"{_NOT}\b(?:take|get|remove|delete|drop|strike|erase|scratch|pull|wipe|scrub|exclude|purge|kick) (?:me|us|my (?:name|number|phone number|cell|mobile|phone|e-?mail|e-?mail address|address|contact|contacts|details|info|information|data)|this (?:number|e-?mail|address|phone))\b"
            r"(?: (?:please|off|out|from|of|the|this|your|ur|all|any|these|those|that|stupid|damn|fucking|bloody|whole|mailing|e-?mail|marketing|contact|text|sms|customer|distribution|call|phone|promotional|and|records?|files?|lists?|databases?|systems?|newsletters?|contacts|messages|texts|emails|e-mails|subscriptions?|campaigns?|group|thing|here|it|future|now|immediately|asap|pls|thanks|thank you|right|forever|completely))*"
            r"(?= ?(?:$|[.!?,;:)\n]|or|and|-))(?<!remove me and)(?<!get me)(?<!take me)(?<!get us)(?<!take us)(?<!get my email)(?<!take my number)(?<!take my phone)(?<!get my number)(?<!take my address)(?<!take my details)"
        ),
        "off_the_list": rf"{_NOT}\b(?:take|get|remove|delete|drop|strike|want|be) (?:me |us |my \w+ )?(?:to be )?(?:taken |removed |deleted )?(?:off|from|out of) (?:of )?(?:the |this |your |ur |all |any |these |every )*(?:\w+ )?(?:lists?|database|newsletters?|mailings?|(?:text|email|sms)s?|contacts?|messages|spam)\b",
        "lose_number": r"\b(?:lose|forget|delete|erase|burn|scrap|block|ditch) (?:my|this) (?:number|address|e-?mail|phone number|contact|digits)\b",
        "wrong_person": r"\b(?:you|u|you've|youve) (?:have |got |have got |must have )+(?:the |a )?wrong (?:number|person|guy|address)\b|\bwrong (?:number|person)\b.{0,20}\b(?:stop|remove|delete)\b|\b(?:this is not|this isn't|i am not|i'm not) (?:the person|who you think)\b",
        "leave_alone": r"\bleave (?:me|us) (?:the \w+ |the f\w+ )?(?:alone|be|in peace)\b|\bget off my (?:phone|back|case)\b|(?:^|[.!?,;] ?|\b(?:please|pls|just|now|and|so|to) )(?:go away|get lost|f(?:uc|\*+|u\*)k off|piss off|bugger off|sod off|buzz off|shut up)\b(?! (?:bag|on|for|with|this weekend|tomorrow|party|present|gift))",
        "spam": r"\b(?:this|it|that)(?: is|'s| was) (?:just |pure |nothing but )?(?:spam|harassment)\b|\b(?:stop|quit|no) spam\b|\bharassing me\b|\breport(?:ing|ed)? (?:you|this|it) (?:as|for) spam\b|\bblock(?:ing|ed)? (?:you|this number)\b",
        "too_many": rf"\b(?:you|u|y'all|you guys) (?:\w+ )?(?:send|text|email|e-mail|write|message)(?: me| us)? (?:far |way |much )?too (?:many|much|often)\b|\b(?:way |far )too many {_KINDS}(?= ?(?:$|[.!,]))|\b(?:sick|tired|fed up|had enough|done) (?:and tired )?(?:of|with) (?:all |getting |receiving |these |your |the |this |constant )+{_KINDS}\b",
        "erase_data": r"\b(?:delete|erase|remove|wipe) (?:all )?(?:of )?(?:my|the) (?:personal )?(?:data|information|details)(?: (?:you (?:have|hold|store)|from your \w+|about me|on me|completely|now|please))*(?= ?(?:$|[.!,]))",
        "told_to_stop": r"\b(?:i've|i have|we've|we have) (?:\w+ )?(?:asked|told|begged) you (?:\w+ ){0,2}to stop\b(?! (?:the |my |a |at |by |in |delivery|charging|it from))|\b(?:i|we) (?:(?!never|didn't|not)[\w']+ )?(?:said|told you to|asked you to|want(?: you)? to|want (?:this|it|them|these|you guys) to|would like (?:you )?to|wish to|need you to|need this to|demand you) stop\b(?= ?(?:$|[.!?,;]|now|please|pls|all|these|this|it|immediately|getting|receiving|sending|texting|emailing|messaging|the (?:texts|messages|emails|spam)|your|messages|texts|emails|messaging))|\bmake (?:it|this|them|these) stop\b|\b(?:when|how|where|what|why) (?:\w+ ){0,5}(?:make|get) (?:this|these|it|them|you) (?:to )?stop\b",
        "stop_this": r"(?<!don't )(?<!not )(?<!never )(?:^|[.!?,;] ?|\b(?:please|pls|plz|just|now|will you|can you|could you|would you) )(?:please |just )?(?:stop|stpo|sotp|quit) (?:it|this|that|them|these|already|now|immediately|pls|please|the (?:spam|spamming|texts|messages|madness|harassment)|(?:doing|with) (?:this|that|it)|bro|man|guys)(?= ?(?:$|[.!?,;]|now|please|already|nonsense|shit|crap|madness|right|immediately|at once|or|thanks|i ))",
    }.items()
}
"""Wordings of the wish in English, by rule."""

LOOSE = frozenset({"stop_this", "leave_alone", "told_to_stop", "too_many"})
"""Wishes that are believed in a short text only: in a long story they are about something else."""

TAKEN_BACK = tuple(
    Expression(wording)
    for wording in (
        r"\b(?:unsubscribed?|opted out|opt out|stopped?)\b.{0,40}\b(?:by mistake|by accident|accidentally|unintentionally|in error)\b",
        r"\b(?:accidentally|mistakenly|by mistake|by accident)\b.{0,30}\b(?:unsubscribed?|opted out|stop|texted)\b",
        r"\b(?:just kidding|only kidding|just joking)\b",
        r"\b(?:do not|don't|dont|never) (?:want|wish) to be (?:removed|taken off|unsubscribed|deleted|opted out)\b",
        r"\b(?:re-?subscribe|sign me (?:back )?up|put me back|opt me (?:back )?in|start again)\b",
        r"\b(?:why (?:was|were|am|did)|i (?:was|got)) (?:i |you |me )?(?:been )?(?:unsubscribed?|opted out|removed)\b",
        r"\bundo\b.{0,20}\b(?:unsubscribe|opt[ -]?out)\b",
    )
)
"""A wish that was a mistake; a bare command counts all the same."""

WHOLE_TEXT = Expression(
    r"(?:(?:please|pls|hey|hi|um|uh|and|so|ok|sorry|thanks|thank you|but|i want|i said|no)[ ,.!]*)*"
    r"(?:no more(?: (?:of )?(?:this|these|it))?|no more,? (?:please|thanks|thank you|pls|plz)|take me off|get me off|remove me|off the list|"
    r"do not disturb|not interested,? (?:stop|remove me|leave me alone|unsubscribe)|enough (?:already|is enough|now|of this)|"
    r"that's enough|i want out|turn (?:these|this|them|it) off|i never (?:signed up|subscribed)(?: (?:for|to) (?:this|these|that|any of (?:this|these)))?|i'm out|no thanks,? stop|no stop|wrong (?:number|person)|not my number|lose my number|"
    r"spam|no (?:texts?|messages?|e-?mails?|sms|mails?|ads|marketing|newsletters?),? (?:please|pls|plz|thanks|thank you|ever)|too many (?:messages|texts|e-?mails|mails)|stop it|stop that|shut it|never again,? stop|let me go|"
    r"stop (?:2|to|two) (?:end|quit|stop)|stop (?:or|and) .{0,40}|arrêt sms|stop (?:sms|pub)|txt stop|nomore)"
    r"(?:[ ,.!?]*(?:please|pls|plz|thanks|thank you|thx|now|already|ever|again|at all|ok|from (?:this|here|it)))*[ .!?\U0001F300-\U0001FAFF]*"
)
"""What is a wish only if nothing else is said."""
