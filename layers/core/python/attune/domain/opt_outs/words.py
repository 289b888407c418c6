"""The single words that are a command to stop, what may stand around them, and what only looks like one."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMANDS = _words(
    """
    stop st0p stopall stopp stopit stopnow stoppen cancel end quit revoke optout unsubscribe
    unsubscribed unsub unsubscribeall remove halt cease enough nomore abbestellen abmelden aufhören austragen
    schluss kündigen baja basta parar pare paren alto detener cancelar desuscribir desuscribirme desuscripción
    arrêt arret arrêter arreter arrêtez arretez désabonner desabonner désinscription désinscrire disiscrivimi
    disiscriviti cancellami annulla fermare smettila sair parem descadastrar remover afmelden uitschrijven
    ophouden avregistrera avsluta avmeld slutt sluta lopeta стоп отписаться отписка отпишите хватит rezygnuję
    wypisz dur durdur iptal td 停止 退订 退訂 解除 取消订阅 取消訂閱 配信停止 やめて 止めて ストップ 구독취소 수신거부 그만 إلغاء توقف
    """
)
"""Alone, or with fillers, each of these is a command."""

COMMAND_CLAUSES = frozenset(
    {"stop", "stopp", "stopall", "unsubscribe", "optout", "unsub", "basta", "退订", "退訂", "停止", "стоп"}
)
"""Commands that count as one also beside other sentences: "STOP. This drives me mad."."""

FILLERS = _words(
    """
    a all already alles alright asap bitte but can could danke dear do end for ffs fgs gracias grazie guys hello
    hey hi hallo hola i i'd immediately it jetzt just kindly like lol me means merci my no now number of ok okay omg
    once please plz pls por favor prego por reply right s'il said sil sofort so sorry sms t text texting that
    thank thanks thanx the these this thx to told totally txt u ur us vous plaît plait ya wrong want would will yes
    you your every everything everyone forever here bye god sake love christ for's again
    """
) - {"end", "no", "do", "for's"}
"""Words that leave a bare command a bare command: "please stop it now"."""

NO_COMMAND = frozenset({"the end", "the end.", "the end!", "end of", "no end", "i quit", "you stop", "i cancel"})
"""Texts of commands and fillers that are none."""

NO_TYPO = _words(
    """
    shop step slop strop story store spot sop sto top tops stow stoop stock sort soup stood stomp slot stoep
    estop subscribe subscribed subscriber subscription resubscribe resubscribed cancer cancels canceled cancelled canal removed removes remover removal cancelling remote
    """
)
"""Words of their own that lie one letter beside a command."""
