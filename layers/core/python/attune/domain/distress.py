"""Whether somebody writes in distress: a death, real hardship, the wish to hurt themselves. A person answers then.

It is read only to hold messages back and to bring a person in; it is heeded for 30 days and chooses no offer.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from attune.domain.expressions import Expression

if TYPE_CHECKING:
    from attune.domain.reply_text import PlainText


class Distress(StrEnum):
    """What weighs on somebody, the most urgent first."""

    SELF_HARM = "self_harm"
    BEREAVEMENT = "bereavement"
    HARDSHIP = "hardship"


_KIN = (
    r"(?:husband|wife|partner|fianc[eé]e?|boyfriend|girlfriend|mother|mum|mom|mummy|mommy|father|dad|daddy|parents?|son|daughter|child|"
    r"kid|baby|brother|sister|twin|grand(?:mother|father|ma|pa|son|daughter|parents?)|gran|granny|grandad|nan|nana|aunt|auntie|"
    r"uncle|cousin|niece|nephew|best friend|friend|spouse|mother-in-law|father-in-law|he|she)"
)
_KIN_DE = (
    r"(?:mann|frau|partner(?:in)?|mutter|mama|vater|papa|sohn|tochter|kind|baby|bruder|schwester|oma|opa|gro(?:ß|ss)(?:mutter|vater)|tante|"
    r"onkel|freund(?:in)?|ehemann|ehefrau)"
)

# Things die too, but nobody mourns them.
_THINGS_ES = ("envío", "envio", "paquete", "pedido", "batería", "móvil", "teléfono", "ordenador", "portátil", "wifi")
_NO_THING_ES = "".join(f"(?<!{thing} )" for thing in _THINGS_ES)

_SIGNS: Mapping[Distress, Mapping[str, str]] = {
    Distress.SELF_HARM: {
        "en": (
            r"\b(?:kill(?:ing)?|hang(?:ing)?|hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?|shoot(?:ing)?|drown(?:ing)?) (?:myself|my self)\b|\bsuicid\w+|\bself[- ]?harm\w*|\b(?:end|take|ending|taking) my (?:own )?life\b|\b(?:end|ending) it all\b"
            r"|\b(?:want|wanna|going|rather|wish|ready) (?:to |i (?:could|would|was) )?(?:die|be dead|dead)\b(?! for| of laugh| laughing)|\bwish i (?:was|were) (?:dead|never born|not alive)\b"
            r"|\b(?:do not|don't|dont|no longer) (?:really )?(?:want|wanna|wish) to (?:live|be alive|be here|exist|go on|wake up)\b(?! in| at| with| near)|\bbetter off (?:dead|without me)\b"
            r"|\b(?:nobody|no one|no-one|noone) would (?:even |ever )?(?:miss|care|notice)(?: me)? if i (?:was|were|am|died|disappeared|vanished|wasn't)\b|\bno (?:reason|point|point in|will) (?:to|in|of)? ?(?:live|living|go(?:ing)? on(?! hold| with)|be(?:ing)? alive)\b|\b(?:can't|cannot|can not) (?:go on|live like this|live anymore|take life|do life)\b(?! holiday| hold| the| with your)|\blife is not worth|\blife isn't worth|\bnothing (?:left )?to live for\b"
        ),
        "de": r"\b(?:umbringen|suizid\w*|selbstmord\w*|selbst ?verletz\w*|ritze mich|das leben nehmen)\b|\b(?:will|möchte|mag) (?:einfach )?(?:nicht mehr leben|sterben|tot sein)\b|\bkeinen sinn mehr (?:im|zu) leben\b|\balles (?:hat|macht) keinen sinn\b(?! wenn)|\b(?:mein|das) leben (?:hat|macht|ist) (?:\w+ )?(?:keinen sinn|sinnlos)\b|\bwäre (?:lieber|am liebsten) tot\b",
        "es": r"\bsuicid\w+|\bquiero morir\w*|\b(?:matarme|quitarme la vida|hacerme daño)\b|\bno quiero (?:seguir viviendo|vivir)\b(?! (?:en|cerca|con|as[íi]))|\bacabar con (?:mi vida|todo)\b(?! (?:el|la|lo))",
        "fr": r"\bsuicid\w+|\bme (?:tuer|suicider|pendre|faire du mal)\b|\b(?:veux|voudrais|envie de) mourir\b|\b(?:plus envie|ne veux plus) (?:de )?vivre\b|\bmettre fin à (?:mes jours|ma vie)\b|\b(?:veux|voudrais|vais|envie d') ?en finir\b(?! avec)",
        "it": r"\bsuicid\w+|\b(?:uccidermi|ammazzarmi|togliermi la vita|farmi del male)\b|\bvoglio morire\b|\bnon voglio più vivere\b",
        "pt": r"\bsuic[ií]d\w+|\b(?:me matar|matar-me|tirar a (?:minha )?vida|quero morrer)\b|\bnão quero (?:mais )?viver\b",
        "nl": r"\bzelfmoord\w*|\bsu[iï]cid\w*|\b(?:mezelf|mijzelf) (?:van kant|iets aan|pijn)\b|\bwil (?:niet meer leven|dood)\b",
        "ja": r"死にたい|自殺|自傷|消えてしまいたい|生きて(?:い)?たくない|リストカット",
        "zh": r"自杀|自殺|想死|不想活|活不下去|轻生|輕生|自残|自殘|结束(?:我的)?生命",
    },
    Distress.BEREAVEMENT: {
        "en": (
            rf"\b(?:my|our|his|her|the) (?:\w+ )?{_KIN}(?:,? \w+,?)? (?:has |have |had |just |recently |sadly |suddenly |unexpectedly )*(?:died|dies|passed|passed away|is dead|was killed|is no longer with us|was buried|took (?:his|her|their) (?:own )?life)\b(?! (?:me|it|the|by|on|a|his|her) )"
            rf"|\b(?:he|she|they|who|customer|holder|owner|account holder) (?:has |have |had |just |recently |sadly |suddenly )*(?:died|passed away|is deceased)\b|(?<!laptop )(?<!phone )(?<!computer )(?<!car )(?<!battery )(?<!tv )(?<!tablet )(?<!printer )(?<!router )(?<!machine )\bpassed away\b|\bdeceased\b|\blate (?:husband|wife|mother|father|partner|son|daughter)(?:'s)?\b"
            rf"|\b(?:death|passing|loss|funeral|burial|wake|cremation) of (?:my|our|his|her|a) (?:\w+ )?{_KIN}\b|\b(?:i|we|she|he|just|have|i've|we've) (?:just |recently |sadly )?lost (?:my|our|her|his) (?:\w+ )?{_KIN}\b(?!')(?! (?:in the|at the|at your))"
            r"|\b(?:my|our|the|his|her|at a|to a|after a|attend(?:ing)? a|a) funeral\b|\bbereave\w*|\bgrieving\b|\bin mourning\b|\b(?:widowed|became a widow(?:er)?|i am a widow(?:er)?|i'm a widow(?:er)?)\b|\bmiscarr(?:iage|ied)\b|\bstillb(?:orn|irth)\b|\bdeath in the family\b|\bfamily (?:death|bereavement)\b"
        ),
        "de": rf"\b(?:meine?n?|unsere?n?) (?:\w+ )?{_KIN_DE} verloren\b|\b(?:mein|meine|meiner|unser|unsere) (?:\w+ )?{_KIN_DE}\b.{{0,40}}\b(?:gestorben|verstorben|tot|verstarb|starb|beerdigt)\b|\b(?:verstorben|todesfall|trauerfall|beerdigung|in trauer|fehlgeburt|totgeburt|verwitwet)\w*\b|\b(?:tod|verlust) (?:meine[rs]|unsere[rs])\b|\b(?:er|sie) ist (?:gestern |letzte woche |leider )?gestorben\b",
        "es": rf"\b(?:falleci|ha fallecido|{_NO_THING_ES}(?:ha muerto|muri[óo])(?! (?:el|la|mi|tu|su) (?:{'|'.join(_THINGS_ES)})))\w*|\bacaban? de (?:fallecer|morir)\b|\bperd(?:[íi]|ido|imos) a (?:mi|nuestr[oa])s? (?:\w+ )?(?:marido|mujer|espos[oa]|madre|padres?|mam[áa]|pap[áa]|hij[oa]s?|herman[oa]|abuel[oa]|beb[ée]|pareja|t[íi][oa]|niet[oa])\b|\b(?:fallecimiento|funeral|entierro|luto|duelo)\b|\b(?:muerte|p[ée]rdida) de mi\b|\baborto espont[áa]neo\b",
        "fr": r"\b(?:est|vient de|a) (?:d[ée]c[ée]d\w+|mort|morte|mourir)\b|\b(?:d[ée]c[èe]s|deuil|enterrement|obs[èe]ques|fun[ée]railles|fausse couche)\b|\b(?:perdu|perte de|mort de) (?:mon|ma) (?:mari|femme|m[èe]re|p[èe]re|maman|papa|fils|fille|fr[èe]re|s[œo]e?ur|enfant|b[ée]b[ée])\b",
        "it": r"\b(?:è|e'|sono) (?:morto|morta|morti|mancato|mancata|venuto a mancare|venuta a mancare|decedut\w)\b|\b(?:funerale|lutto|decesso|aborto spontaneo)\b|\b(?:perso|morte di|perdita di) (?:mio|mia) (?:marito|moglie|madre|padre|mamma|papà|figli\w|fratello|sorella)\b",
        "pt": r"\b(?:faleceu|falecimento|morreu|funeral|enterro|luto|velório)\b|\b(?:perdi|morte d[oa]) (?:o meu|a minha|meu|minha) (?:marido|mulher|esposa|m[ãa]e|pai|filh[oa]|irm[ãa]o?)\b",
        "nl": r"\b(?:overleden|overlijden|begrafenis|crematie|rouw|miskraam|uitvaart)\b|\b(?:mijn) (?:\w+ )?(?:man|vrouw|moeder|vader|zoon|dochter|broer|zus|oma|opa)\b.{0,20}\b(?:gestorven|dood)\b",
        "ja": r"亡くな(?:っ|り)|亡くし(?:た|て|ま)|先立たれ|他界|死去|逝去|葬儀|葬式|お通夜|忌引|喪中|流産|死産",
        "zh": r"去世|过世|過世|逝世|葬礼|葬禮|丧事|喪事|办丧|流产|流產|(?:妈妈|媽媽|爸爸|父亲|父親|母亲|母親|丈夫|妻子|儿子|女儿|爷爷|奶奶|老公|老婆)(?:刚|剛|昨天|上周)?(?:死|走)了",
    },
    Distress.HARDSHIP: {
        "en": (
            r"\b(?:lost|losing|lose) (?:my|our|his|her) (?:jobs?|home|house|income|business|livelihood)\b|\b(?:been |was |were |got |am |i'm |being )(?:just |recently )?(?:laid off|made redundant|let go from|fired|evicted|furloughed)\b|\b(?:eviction|evicted|foreclos\w+|repossess\w+|bailiffs?|debt collectors?|food ?banks?|homeless(?:ness)?|bankrupt(?:cy)?|insolven\w+|destitute|penniless)\b"
            r"|\b(?:unemployed|out of work|no income|on benefits|jobless|universal credit)\b"
            r"|\b(?:can't|cannot|can not|can no longer|couldn't|unable to|not able to|struggling to|struggle to|don't know how to|how (?:am i|will i|are we) (?:\w+ )?to) (?:even )?(?:afford(?: to)?(?: feed| heat| eat| live)?|pay(?: for)?|buy|cover|feed|heat|make|survive|get by|eat|live)\b(?: (?:for|my|our|the|any|basic|to|even|this|these))*\s?(?:rent|mortgage|bills?|food|groceries|heating|medicine|medication|eat|live|children|kids|family|meals?|ends meet|survive|nappies|electricity|debts?|home|this week|this month's rent)\b"
            r"|\bno money (?:for|to (?:buy|pay for)) (?:food|rent|heating|groceries|medicine|eat|bills|the bills)\b|\b(?:drowning|deep|buried|up to my (?:neck|eyes)) in debt\b|\b(?:sleeping|living) (?:in my car|rough|on the streets?)\b|\bfinancial (?:hardship|difficult\w+|trouble|crisis)\b|\bstruggling financially\b|\bstruggling to make ends meet\b|\bchoose between (?:heating|eating|food)\b|\bgoing hungry\b|\bchildren (?:are )?hungry\b"
        ),
        "de": r"\b(?:arbeitslos|meinen? (?:job|arbeit|arbeitsstelle|stelle) verloren|job verloren|gekündigt worden|obdachlos|insolven\w+|privatinsolvenz|pleite gegangen|zwangsräumung|gerichtsvollzieher|schuldnerberatung|hartz|bürgergeld|überschuldet|wohnung verloren|existenznot|finanziell\w* (?:not\w*|schwierigkeiten|probleme))\b|\bkein geld (?:mehr )?(?:für|um) (?:\w+ )?(?:essen|miete|heizung|strom|lebensmittel)\b|\b(?:miete|essen|strom|heizung)\b.{0,20}\bnicht (?:mehr )?(?:bezahlen|zahlen|leisten)\b",
        "es": r"\b(?:perd[íi] (?:mi|el) (?:trabajo|empleo|casa)|me (?:quedé|he quedado) sin (?:trabajo|empleo|casa)|desempleado|desempleada|en el paro|desahucio|desahuciad\w|desahuciar(?:me|nos)?|sin techo|en bancarrota|no tengo (?:dinero )?para (?:comer|comida|el alquiler|pagar el alquiler|vivir))\b",
        "fr": r"\b(?:perdu mon (?:emploi|travail|boulot|logement)|au ch[ôo]mage|licenci[ée]e?|surendett\w+|expuls\w+ de|(?:[êe]tre|suis|sommes|[ée]t[ée]|faire) (?:\w+ )?expuls[ée]e?s?|huissiers?|sans abri|[àa] la rue|faillite|plus (?:d'argent|de quoi) (?:pour )?(?:manger|vivre)|payer (?:mon|le) loyer)\b",
        "it": r"\b(?:perso il (?:lavoro|posto)|disoccupat\w|licenziat\w|sfratt\w+|senzatetto|fallimento|non ho (?:i )?soldi per (?:mangiare|l'affitto|vivere|le bollette))\b",
        "pt": r"\b(?:perdi (?:o|meu|o meu) (?:emprego|trabalho)|desempregad\w|despejo|despejad\w|sem-?abrigo|sem teto|falência|não tenho (?:dinheiro )?para (?:comer|comida|o aluguel|a renda))\b",
        "nl": r"\b(?:mijn baan (?:verloren|kwijt)|baan kwijt|werkloos|ontslagen|dakloos|deurwaarder|schuldsanering|failliet|huisuitzetting|voedselbank|geen geld (?:meer )?(?:voor|om) (?:eten|te eten|huur|de huur))\b",
        "ja": r"失業|解雇され|リストラ|生活保護|生活が苦し|生活できない|食べるものがない|家賃が払えない|破産|ホームレス|借金(?:で|が返せ)",
        "zh": r"失业|失業|被裁员?|下岗|破产|破產|没钱(?:吃饭|交房租|看病)|沒錢(?:吃飯|交房租)|无家可归|無家可歸|欠债累累|付不起房租|吃不起饭",
    },
}

_COMPILED = tuple(
    (kind, f"distress.{kind}.{language}", Expression(sign))
    for kind, signs in _SIGNS.items()
    for language, sign in signs.items()
)


def read_distress(text: "PlainText") -> tuple[Distress | None, tuple[str, ...]]:
    """Return the most urgent distress that a text tells of, if any, and the ids of the rules that saw it."""
    found = [(kind, rule) for kind, rule, sign in _COMPILED if sign.search(text.plain)]
    return (found[0][0] if found else None), tuple(rule for _, rule in found)
