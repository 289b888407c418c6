"""How people say in other languages that they want no more messages."""
# ruff: noqa: RUF001 - other alphabets are meant

from collections.abc import Mapping

from attune.domain.expressions import Expression

_MAILS_DE = r"(?:nachrichten|mails?|e-?mails?|sms|newsletter|werbung|werbemails|spam|post|angebote|benachrichtigungen|erinnerungen|anrufe)"
_NOT_OF_A_THING_ES = r"(?! (?:el|la|los|las|mi|un|una|este|esta) (?:producto|art[íi]culo|pedido|l[íi]nea|contrato|tarjeta|seguro|luz|gas))"
_NOT_OF_A_THING_JA = "".join(
    f"(?<!{thing}を)"
    for thing in ("配送", "配達", "発送", "注文", "出荷", "お届け", "更新", "請求", "引き落とし", "ロック")
)
OTHER_LANGUAGES: Mapping[str, Expression] = {
    language: Expression(wording)
    for language, wording in {
        "de": (
            rf"(?<!habe )(?<!hab )(?<!haben )(?<!hat )(?<!kommen )(?<!kam )\bkeine (?:weiteren |weitere |solchen )?{_MAILS_DE}\b.{{0,30}}\bmehr\b|\bkeine weiteren? {_MAILS_DE}\b"
            rf"|\b(?:möchte|will|wünsche|brauche|bitte)\b.{{0,40}}\bkeine (?:\w+ )?{_MAILS_DE}(?: (?:mehr|bekommen|erhalten|von (?:ihnen|euch)))+"
            r"|\b(?:möchte|will|bitte|kann|können|wie|wo|würde|hiermit)\b.{0,40}(?<!bestellung )(?<!artikel )(?<!lieferung )(?<!produkt )\b(?:abmelden|abbestellen|austragen|ab|abgemeldet)\b(?<!\bab)(?! (?:aus|von|in|im|bei) (?:mein|dein|ihr|unser|d)\w* (?:konto|account|profil|ger[äa]te?|app|schule|kindergarten))"
            r"|\b(?:newsletter|nachrichten|sms|mails?|werbung) (?:bitte )?(?:abbestellen|abmelden|stoppen|kündigen|einstellen)\b"
            r"|\bmeld\w* (?:mich|uns) (?:\w+ ){0,3}ab\b(?! (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|\d|und zu))|\btrag\w* (?:sie )?mich (?:\w+ ){0,3}aus\b|\bbestelle\b.{0,30}\bab\b"
            r"|\b(?:lass|lasst|laßt|lassen)\b.{0,12}\bmich\b.{0,12}\bin (?:ruhe|frieden)\b"
            r"|\b(?:hör|hört|hören sie|hoer|hoert)\b.{0,40}\bauf\b(?! mich)(?! (?:ihre[nm]?|meine[nm]?|den|einen) \w+\??$)|\b(?:nicht|nie) (?:mehr|wieder|länger)\b.{0,20}\b(?:schreiben|anschreiben|kontaktieren|anrufen|schicken|senden|belästigen|zusenden|kontaktiert|angeschrieben|belästigt)\b"
            r"|\b(?:schreib|schreibt|schreiben sie|schick|schickt|schicken sie|sendet|senden sie|kontaktieren sie) (?:mir|mich|uns)?\b.{0,12}\b(?:nicht|nichts|nie|keine \w+) (?:mehr|wieder)\b"
            r"|\b(?:mich|uns|meinen namen|meine \w+)\b.{0,20}\bvon (?:der|ihrer|eurer|dieser) \w*liste\b|\b(?:werbung|nachrichten|mails?|sms|newsletter) (?:ist |sind )?(?:hier )?(?:unerwünscht|nicht erwünscht)\b|\baus (?:dem|eurem|ihrem|der) (?:verteiler|liste|newsletter|adressliste)\b|\b(?:widerrufe|widerspreche|ziehe)\b.{0,60}\b(?:einwilligung|zustimmung|werbung|zusendung|nutzung|zurück)\b"
            r"|\b(?:lösch|löscht|löschen sie|entfern|entfernt|entfernen sie)\b.{0,12}\b(?:mich|meine (?:nummer|daten|e-?mail|mail|adresse|handynummer))\b"
            r"|\bnerv(?:t|en sie)? mich nicht\b|\bschluss (?:damit|jetzt|mit)\b|\bwill (?:das|die|sowas) nicht mehr\b|\bstopp?t? (?:mit|die|den|das|diese|eure|ihre)\b.{0,20}(?:nachrichten|mails?|sms|werbung|spam|newsletter|scheiß)"
        ),
        "es": (
            rf"\b(?:dar(?:me|nos)?|d[ée]n?(?:me)?|d[ae]n?me|darse|date|dadme|quiero|solicito|pido) (?:de )?(?:la )?baja\b{_NOT_OF_A_THING_ES}|\bde baja\b{_NOT_OF_A_THING_ES}"
            r"|\bno (?:quiero|deseo|me interesa|queremos)\b.{0,20}\b(?:recibir|mensajes|correos|emails|publicidad|sms|notificaciones|promociones)\b"
            r"|\bno me (?:escrib|env[ií]|mand|contact|llam|molest|moleste)\w*\b"
            r"|\b(?:deja|dejen|deje|dejad|paren?|parad|basta|para) (?:ya )?(?:de|con)\b(?! llover)|\bno m[áa]s (?:mensajes|correos|emails|sms|publicidad|spam|llamadas|promociones)\b"
            r"|\bya no (?:quiero|deseo)\b.{0,20}\b(?:recibir|mensajes|correos|nada)\b|\b(?:elimin|borr|quit|sac|saqu)\w*(?:me|nos|) (?:mi (?:n[úu]mero|correo|email|datos)|de (?:la|su|esta|tu|vuestra) (?:lista|base))\b"
            r"|\b(?:qu[íi]tenme|qu[íi]tame|s[áa]quenme|s[áa]came|b[óo]rrenme|b[óo]rrame|elim[íi]nenme|elim[íi]name|d[ée]j[ae]n?me|dejadme)\b.{0,14}(?:lista|paz|en paz|tranquil|base|$)"
            r"|\b(?:desuscrib|cancelar (?:la |mi )?(?:suscripci[óo]n|subscripci[óo]n))\w*|\bretiro mi consentimiento\b"
        ),
        "fr": (
            r"\bd[ée]sabonn\w+|\bd[ée]sinscri\w+|\b(?:ne|n'|pas|plus|j'|je)\b.{0,12}\b(?:m'|me |nous )(?:envoy|[ée]cri|contact|appel|d[ée]rang|harcel|spam)\w*.{0,12}\bplus\b|\bn'envoyez plus\b|\bne (?:plus )?(?:m'|me |nous )(?:\w+ )?(?:plus|contactez|[ée]crivez|envoyez|appelez)"
            r"|\bplus (?:de|d'|aucun) ?(?:messages?|mails?|e-?mails?|sms|pubs?|publicit[ée]s?|spam|courriels?|notifications?|newsletter)\b"
            r"|\b(?:laissez|laisse|foutez|fichez)[- ](?:moi|nous)[- ](?:tranquille|en paix|la paix)\b|\b(?:retire[rz]?|supprime[rz]?|enl[eè]ve[rz]?|efface[rz]?)[- ](?:moi|mon (?:num[ée]ro|adresse|mail|email)|mes (?:donn[ée]es|coordonn[ée]es))\b"
            r"|\b(?:je )?(?:ne )?(?:veux|souhaite|d[ée]sire|voudrais) (?:plus|pas)\b.{0,20}\b(?:recevoir|re[çc]evoir|vos|de vos|[êe]tre contact\w+|messages?|mails?|sms)\b"
            r"|(?:^|[.!,] ?|\bs'il (?:vous|te) pla[îi]t,? |\bsvp,? |\bstp,? |\bmerci d')\s?arr[êe]te[zr]? (?:de |d'|avec |vos |ces |les |tout|[çc]a)|\bne plus (?:me |m'|nous )(?:contacter|[ée]crire|envoyer|appeler|d[ée]ranger|solliciter|importuner|relancer|spammer)\b|\b(?:me|nous) (?:retirer|supprimer|enlever|d[ée]sinscrire|radier) (?:de|des)\b|\bje me d[ée]sabonne\b|\bje retire mon consentement\b"
        ),
        "it": (
            r"\bdisiscri\w+|\bcancella(?:mi|temi|rmi|te (?:il mio|la mia|i miei)|re (?:l')?iscrizione)\b|\bcancellazione dalla (?:lista|newsletter)\b|\bannullare? (?:l')?iscrizione\b"
            r"|\bnon (?:voglio|desidero|vorrei|intendo)\b.{0,14}\b(?:ricevere|essere contattat\w|messaggi|mail|email|sms|pubblicità)\b|\bnon (?:mi )?(?:scriv|contatt|mand|invi|chiam|disturb)\w*\b.{0,14}\b(?:più|messaggi|mail|email|sms|nulla|niente)\b|\bnon (?:scrivetemi|contattatemi|mandatemi|inviatemi|disturbatemi|chiamatemi)\b"
            r"|\bbasta (?:con )?(?:i |le |questi |queste |questa |la )?(?:messaggi\w*|mail|email|sms|pubblicità|spam|notifiche|telefonate)\b|\bsmett(?:ete|ila|etela|i|ere)\b.{0,4}(?:di|con|$|[.!])|\b(?:toglie|rimuove|lascia|elimina)(?:te|)(?:mi)\b|\brevoco\b.{0,20}\bconsenso\b|\bnon sono (?:più )?interessat\w\b.{0,30}\b(?:messaggi|mail|email|stop)\b"
        ),
        "pt": (
            r"\bdescadastr\w+|\bdesinscrev\w+|\bcancelar (?:a |minha |a minha )?(?:inscri[çc][ãa]o|subscri[çc][ãa]o|assinatura d[ao]s? (?:newsletter|e-?mails?))\b|\bsair d[ae]ss?[ae] lista\b|\bsair da lista\b"
            r"|\bn[ãa]o (?:quero|desejo|pretendo|gostaria)\b.{0,14}\b(?:receber|mensagens|e-?mails|sms|contato|contacto)\b|\bn[ãa]o (?:me |mais )+(?:envi|mand|contat|contact|lig|incomod|escrev)\w*\b|\bn[ãa]o (?:envi|mand)\w+ mais\b"
            r"|\b(?:pare|parem|para|chega|deixem?) (?:j[áa] )?de (?:me |enviar|mandar|ligar|envi|incomodar|mensag|e-?mail|spam)\w*|\b(?:me )?(?:tirem?|remova|removam|retirem?|exclua[m]?|apaguem?)[ -](?:me|o meu|meu|os meus|meus)\b|\bme (?:tirem?|removam?|retirem?)\b|\b(?:deixem?|deixa)[- ]me em paz\b|\bme deix[ae]m? em paz\b|\bretiro o (?:meu )?consentimento\b"
        ),
        "nl": (
            r"\bafmelden\b(?! bij de balie)|\buitschrijven\b|\bmeld (?:me|mij|ons) (?:\w+ ){0,3}af\b|\bschrijf (?:me|mij|ons) (?:\w+ ){0,3}uit\b|\bgeen (?:verdere |enkele )?(?:berichten|berichtjes|mails?|e-?mails?|sms(?:jes|'jes)?|reclame|nieuwsbrie\w+|spam|appjes|aanbiedingen)\b.{0,30}\bmeer\b|\bgeen (?:reclame|spam|mails|berichten) (?:a\.?u\.?b|alsjeblieft|aub|graag)"
            r"|\bstop(?:pen)? met (?:\w+ ){0,3}(?:sturen|mailen|sms'?en|appen|berichten|mails?|spammen|bellen|versturen|lastig\w*)|\blaat (?:me|mij|ons) (?:toch |eens |nou )?met rust\b|\bniet (?:meer|langer) (?:\w+ ){0,3}(?:ontvangen|sturen|mailen|contacteren|appen|benaderen|benaderd|bellen|lastigvallen)\b|\b(?:haal|verwijder) (?:me|mij|mijn (?:nummer|gegevens|mail\w*|e-?mail\w*))\b|\b(?:mail|app|bel|sms|stuur|benader) (?:me|mij) (?:\w+ )?(?:niet|niets) meer\b|\bhou(?:d)? (?:er ?mee )?op(?: met)?\b(?! de)"
        ),
        "ja": rf"配信.{{0,4}}(?:停止|不要|拒否)|{_NOT_OF_A_THING_JA}(?:停止|解除|退会|中止)(?:して|を?お願い|希望|したい|する方法|手続)|{_NOT_OF_A_THING_JA}(?:止|や)めて(?:くだ|下|ほし|欲し|くれ|もら|よ|。|！|$)|送(?:ら|信し)ないで|送って(?:こないで|こなくて)|(?:メール|メッセージ|通知|連絡|案内).{{0,6}}(?:不要|いりません|いらない|要りません|要らない|結構です|やめ|停止)|(?:登録|購読).{{0,2}}(?:解除|停止|取り?消|削除|抹消)|連絡(?:し|して)(?:ないで|こないで)|もう(?:送|連絡|メール).{{0,8}}(?:ない|不要|いら)|受信拒否|退会",
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
