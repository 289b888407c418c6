"""The words by which people ask for help, for a person, and say thanks, by language."""

from collections.abc import Mapping

from attune.domain.expressions import Expression

NO_WISH_FOR_HELP = Expression(
    r"(\bno|\bnot|n't|\bwithout|\bnever)( really)?( need| want| require)?( any| your| more)? help\b"
    r"|\bkeine hilfe\b|\bsin ayuda\b|\bno (?:necesito|quiero) (?:m[áa]s )?ayuda\b|\bpas besoin d'aide\b"
    r"|\bhelp (yourself|yourselves|others|page|pages|section|article|articles|center|centre|desk hours)\b"
    r"|\b(can't|cannot|can not|couldn't) help (it|but|myself|\w+ing)\b"
    r"|\b(thanks|thank you|danke|vielen dank|merci|gracias|grazie|obrigad[oa]|bedankt)\b( a lot| so much| very much)?"
    r" (for|für|pour|por|de|per|pela|voor) (all |the |your |die |ihre |deine |votre |l'|la |el |su |tu |il |je |de |a )*"
    r"(help|hilfe|aide|ayuda|aiuto|ajuda|hulp)\b"
    r"|\b(?:that|it|this|you|which) (?:\w+ )?(?:helped|helps|did help|does help)\b|\bhelpful\b"
)
ASKS_FOR_HELP: Mapping[str, Expression] = {
    name: Expression(wording)
    for name, wording in {
        "en": r"\bhelp\b|\bassist(?:ance)?\b(?! me in leaving)|\bsos\b",
        "stuck": (
            r"\b(?:does ?n.t|doesn't|not|won'?t|can'?t|cannot|can not) (?:work|load|pay|check ?out|order|finish|log ?in|sign ?in)"
            r"|\bstuck\b"
        ),
        "de": r"\bhilfe\b|\bhelfen\b|\bhilf mir\b|\b(?:geht|funktioniert|klappt|lädt) (?:immer noch |leider |gar |überhaupt )*nicht\b|\bkomme nicht weiter\b",
        "es": r"\bayuda(?:me|rme|dme|rnos)?\b|\bay[úu]d[ea]n?me\b|\bno (?:me )?funciona\b|\bnecesito asistencia\b",
        "fr": r"\b(?:aide[rz]?|aidez)[- ]?(?:moi|nous)?\b(?! à domicile)|\bau secours\b|\bne (?:marche|fonctionne|charge) pas\b|\bça (?:ne )?marche pas\b",
        "it": r"\baiut(?:o|ami|atemi|armi|are)\b|\bnon funziona\b|\bassistenza\b",
        "pt": r"\bajud(?:a|ar|em|e|ar-me|em-me)\b|\bsocorro\b|\bnão (?:está )?funciona(?:ndo)?\b",
        "nl": r"\bhulp\b|\bhelp(?:en)?\b|\b(?:werkt|lukt|laadt) (?:het )?niet\b",
        "ja": r"助けて|手伝って|困って(?:い|る|ま)|ヘルプ|動かない|できません(?:。|$)|サポート(?:を|して|お願い)",
        "zh": r"帮帮我|幫幫我|帮助|幫助|帮忙|幫忙|救命|求助|用不了|打不开|打不開",
    }.items()
}
NO_WISH_FOR_PERSON = Expression(
    r"\b(?:do not|don't|dont|no need to|not|never|rather not|without) (?:\w+ )?(?:want to |need to |like to |have to |having to |wish to )?"
    r"(?:call|ring|phone|speak|talk|chat|be called)\b(?![^.!?,;]{0,24}bots?\b)[^.!?,;]{0,40}"
    r"|\b(?:spoke|talked|chatted|speaking|talking|called|spoken) (?:to|with) [^.!?,;]{0,40}|\bcall me (?:crazy|old|back never|maybe|stupid|\w+ if)\b"
    r"|\b(?:she|he|they|you|i|who|nobody|agent|driver|courier|keep|keeps|to) (?:did |will |would |already |just )*(?:call|ring|phone)(?:ed|s)? me\b(?! back)"
)
_HUMAN = (
    r"(?:(?:a|an|some|the|any|your|one of your|real|actual|live|proper|human|other|another|competent|different|senior) )*"
    r"(?:person|human|human being|agent|someone|somebody|anyone|anybody|body|representative|rep|advis[oe]r|manager|supervisor|"
    r"operator|customer (?:service|support|care)|support(?: team)?|support agent|specialist|colleague|employee|staff|team|people|humans)"
)
WANTS_PERSON: Mapping[str, Expression] = {
    name: Expression(wording)
    for name, wording in {
        "call_me": (
            r"(?<!don't )(?<!not )(?<!never )(?<!you )(?<!they )\b(?:call|ring|phone) me\b"
            r"|\bgive me a (?:call|ring|bell)\b|\bcall(?:ed)? back (?:please|pls)\b|\brequest (?:a )?call ?back\b"
        ),
        "speak_to": (
            rf"\b(?:speak|talk|chat|spoken|connected?|put me through|transfer(?:red)?(?: me)?|escalate(?: this| me)?|pass me on|reach|get hold of|get through)"
            rf"(?: directly| now| please| me)?(?: (?:to|with|of))? {_HUMAN}\b"
        ),
        "want": (
            rf"\b(?:want|need|get me|give me|send me|prefer|demand|let me have|would like|like|request|looking for|waiting for) "
            rf"(?:a |an |the |some |your |real |actual |live |to see |to meet )+(?:{_HUMAN})\b(?! (?:card|discount|name|id|to deliver|to bring|to pick))"
            r"|\b(?:real|actual|live) (?:person|human|agent|people|humans)\b"
        ),
        "lone": (
            r"^(?!(?:\W*(?:please|pls)\W*)+$)(?:\W*(?:please|pls|human|agent|operator|representative|rep|person|real person|live agent|manager|supervisor|"
            r"humans|mitarbeiter|mensch|agente|conseiller|operatore|atendente|medewerker|人工|真人|オペレーター)\W*)+$"
        ),
        "no_bot": r"\b(?:don't|do not|dont|won't|refuse to|not) (?:\w+ ){0,4}(?:to|with) (?:a |an |the |your |this |another |some )*(?:chat ?|ro)?bots?\b|\b(?:not|no|stop|hate|than|instead of) (?:a |the |an |this |talking to a |another |with a )*(?:ro)?bots?\b|\bis (?:this|anyone|there) (?:a )?(?:bot|human|real person)\b|\bare you (?:a )?(?:bot|robot|human|real)\b",
        "de": r"\b(?:mit|zu|an|von) (?:einem|einer|jemand\w*|ihrem|einen) (?:\w+ )?(?:menschen|mitarbeiter(?:in)?|berater(?:in)?|person|kundendienst|kollegen|jemandem)?\b.{0,20}\b(?:sprechen|reden|telefonieren|verbinden|verbunden)\b|\becht(?:en|er|e) (?:menschen|mensch|person)\b|\b(?:einen|eine|den|die|ihren|ihre|deren) (?:\w+ )?(?:mitarbeiter(?:in)?|berater(?:in)?|menschen|kolleg(?:en|in)|vorgesetzten?|chef(?:in)?|verantwortlichen?) (?:sprechen|erreichen)\b|\bjemanden (?:\w+ )?sprechen\b|\b(?:kann|können|könnte\w*|soll\w*|würde\w*|bitte|lassen sie)\b.{0,20}\bmich (?:(?!nicht\b|nie\b)\w+ ){0,3}(?:anrufen|zurückrufen)\b|\bkein(?:en|em)? (?:chat-?|ro)?bot\b|\bruf(?:en sie|t)? mich (?:bitte )?(?:an|zurück)\b|\b(?:bitte )?(?:um )?rückruf\b",
        "es": r"\bhablar (?:con|a) (?:una?|alg[úu]n|alguien|el|la|su) ?(?:persona|agente|humano|asesora?|operadora?|encargad[oa]|alguien|supervisora?|gerente|representante)?\b|\b(?:ll[áa]m[ae]n?me)\b|\b(?:pued\w+|podr[íi]\w+|pod[ée]is|quiero que|favor de) (?:\w+ )?(?:llamarme|me llam\w+)\b|\b(?:necesito|quiero|prefiero|quisiera|p[áa]s[ae]n?me|p[óo]ng[ae]n?me) (?:a |con |hablar con )?(?:una?|el|la|alg[úu]n) (?:agente|humano|asesora?|operadora?|encargad[oa]|supervisora?|gerente|representante|persona (?:real|humana))\b|\bpersona real\b",
        "fr": r"\bparler (?:à|avec|a) (?:quelqu'un|un |une |votre )(?:conseill\w+|humain|personne|agent|vrai\w* \w+|responsable|op[ée]rat\w+)?|\b(?:r?appel(?:ez|le))[- ]moi\b|\b(?:pou(?:vez|rriez|rrait)|peut|peux|merci de|veuillez)\b.{0,16}\b(?:m'|me |nous )r?appeler\b|\bvraie personne\b|\bun humain\b",
        "it": r"\bparlare con (?:una?|qualcuno|un'|il|la) ?(?:persona|operatore|operatrice|umano|addetto|responsabile|consulente)?\b|\b(?:chiamatemi|richiamatemi|mi (?:chiami|richiami))\b",
        "pt": r"\bfalar com (?:uma?|alguém|o|a) ?(?:pessoa|atendente|humano|agente|operador|gerente|responsável)?\b|\b(?:me (?:liguem?|chamem?)|liguem?-me)\b",
        "nl": r"\b(?:met )?(?:een|iemand|een echt) ?(?:mens|medewerker|persoon|iemand)?\b.{0,12}\b(?:spreken|praten|bellen)\b(?! over)|\bbel (?:me|mij) (?:\w+ )?(?:terug|op)\b|\bbel me\b",
        "ja": r"(?:人|担当者?|オペレーター|スタッフ|係).{0,6}(?:話|つない|繋い|代わっ|電話|対応)|お?電話(?:を|で)?(?:お願い|いただけ|頂け|もらえ)|折り返し.{0,4}(?:電話|連絡|お願い)|電話(?:を)?(?:ください|下さい|してください|ほしい|欲しい)",
        "zh": r"(?:转|轉|找|要|接|联系|聯繫)(?:一下)?(?:人工|真人|客服|经理|經理)|人工(?:客服|服务|服務)|(?:给|給)我(?:回)?(?:打)?(?:电话|電話)|真人",
    }.items()
}
SAYS_THANKS: Mapping[str, Expression] = {
    name: Expression(wording)
    for name, wording in {
        "en": r"\b(?:thanks|thank (?:you|u|god you)|thankyou|thx|tysm|ty|thanx|tnx|cheers|much appreciated|appreciate (?:it|that|your|you)|grateful|kudos)\b",
        "de": r"\b(?:danke|dankeschön|vielen dank|besten dank|herzlichen dank|merci)\b",
        "es": r"\b(?:gracias|mil gracias|agradezco|agradecid[oa])\b",
        "fr": r"\b(?:merci|remercie)\b",
        "it": r"\b(?:grazie|ringrazio)\b",
        "pt": r"\b(?:obrigad[oa]|agradeço|valeu)\b",
        "nl": r"\b(?:dank (?:je|u|jullie)|bedankt|dankjewel|dankuwel)\b",
        "ja": r"ありがと|感謝|助かりました|どうも",
        "zh": r"谢谢|謝謝|感谢|感謝|多谢|多謝",
    }.items()
}
