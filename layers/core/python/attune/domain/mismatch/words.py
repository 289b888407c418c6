"""Words that say little of what somebody wants, by language, and words that mean the same thing in a shop."""
# ruff: noqa: RUF001 - letters of other languages

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A language's words: `function` and `intent` are never wanted, `weak` ones only a little.

    `things` are common wares; like all others that no other language has, they tell which language is written.
    """

    function: str
    intent: str = ""
    weak: str = ""
    things: str = ""


LANGUAGES: Mapping[str, Words] = {
    "en": Words(
        "the and for with from near your you our how to what which where of in on at by is are my do can it or an this",
        "buy buying order online cheap cheapest price prices best sale deal deals discount offer offers shop store shopping "
        "affordable purchase near me",
        "men mens women womens man woman lady ladies girl girls boy boys kid kids child children new small large big "
        "red blue black white green grey gray pink brown yellow orange purple size inch review reviews used free",
        "shoes boots jacket dress hotel flights insurance sunglasses laptop phone bike furniture chair kitchen",
    ),
    "de": Words(
        "der die das den dem und oder für fuer mit ohne von im am zum zur ein eine einen einem auf aus bei nach wie wo was "
        "ist in an zu",
        "kaufen bestellen günstig günstige günstiger guenstig billig preis preise angebot angebote preiswert "
        "onlineshop beste bester bestes selber",
        "damen herren frauen männer kinder mädchen jungen neu klein groß rot blau schwarz weiß grün grau braun gelb zoll "
        "größe test vergleich gebraucht kostenlos",
        "schuhe jacke kleid möbel versicherung fahrrad flüge handy küche sonnenbrille hose startseite",
    ),
    "es": Words(
        "el la los las un una unos unas de del y o para por con sin en al que como más su tu mi es lo",
        "comprar compra barato barata baratos baratas precio precios oferta ofertas mejor mejores tienda rebajas económico",
        "mujer mujeres hombre hombres niño niña niños niñas nuevo nueva pequeño grande rojo roja azul negro negra blanco "
        "blanca verde gris talla pulgadas opiniones gratis",
        "zapatos zapatillas chaqueta vestido vestidos hoteles vuelos seguro muebles cocina gafas ropa móvil",
    ),
    "fr": Words(
        "le la les un une des de du et ou pour par avec sans en au aux que qui dans sur votre vos notre ce à d l",
        "acheter achat pas cher chère moins prix offre offres promo promotion meilleur meilleure boutique commander soldes",
        "femme femmes homme hommes enfant enfants fille garçon nouveau nouvelle petit petite grand grande rouge bleu noir "
        "noire blanc blanche vert gris taille pouces avis gratuit",
        "chaussures veste robe hôtel vols assurance meubles cuisine lunettes vélo vêtements téléphone",
    ),
    "it": Words(
        "il lo la i gli le un uno una di del della dei delle da dal dalla e o per con senza in nel nella al alla che come",
        "comprare acquistare acquisto economico economica economici prezzo prezzi offerta offerte migliore migliori negozio "
        "sconto saldi",
        "donna uomo bambino bambina bambini nuovo nuova piccolo grande rosso blu nero nera bianco bianca verde grigio taglia "
        "pollici recensioni gratis",
        "scarpe giacca vestito vestiti alberghi voli assicurazione mobili cucina occhiali bicicletta",
    ),
    "pt": Words(
        "o a os as um uma de do da dos das e ou para por com sem em no na nos nas ao que como mais seu sua",
        "comprar compra barato barata baratos baratas preço preços oferta promoção promoções melhor melhores loja desconto",
        "mulher feminino feminina homem masculino masculina menino menina infantil novo nova pequeno grande vermelho azul "
        "preto preta branco verde cinza tamanho polegadas grátis",
        "sapatos tênis jaqueta vestido hotéis voos seguro móveis cozinha óculos roupas celular",
    ),
    "nl": Words(
        "de het een en of voor met zonder van in op bij naar uit aan te je uw onze hoe wat waar",
        "kopen bestellen goedkoop goedkope goedkoopste prijs prijzen aanbieding aanbiedingen beste winkel korting",
        "dames heren vrouwen mannen kinderen meisjes jongens nieuw nieuwe klein groot rood blauw zwart wit groen grijs bruin "
        "maat gratis",
        "schoenen jas jurk vluchten verzekering meubels keuken fiets zonnebril kleding",
    ),
    "pl": Words(
        "do na dla z ze w we i oraz lub od po jak gdzie",
        "kup kupić tanio tani tania tanie cena ceny promocja promocje sklep najlepszy najlepsze najtańsze wyprzedaż",
        "damski damska damskie męski męska męskie dziecięcy nowy nowa mały duży czerwony niebieski czarny czarna biały",
        "buty kurtka sukienka sukienki okulary meble ubezpieczenie rower",
    ),
    "tr": Words(
        "ve ile için bir da de en",
        "ucuz satın al fiyat fiyatı fiyatları indirim indirimli kampanya mağaza iyi modelleri",
        "kadın erkek çocuk kız yeni küçük büyük kırmızı mavi siyah beyaz yeşil",
        "ayakkabı mont elbise otel sigorta mobilya gözlük bisiklet",
    ),
    "sv": Words(
        "och för med utan till på av en ett i från hur var den det",
        "köp köpa billig billiga billigt pris priser rea erbjudande bäst bästa butik",
        "dam herr kvinnor män barn ny nya liten stor röd blå svart vit grön grå storlek",
        "skor jacka klänning möbler försäkring resor cykel glasögon",
    ),
    "ru": Words(
        "и в во на с со для из от до по как где или что у о",
        "купить цена цены недорого дешево дешевый дешевые заказать скидка скидки распродажа магазин лучший лучшие онлайн",
        "женский женская женские мужской мужская мужские детский детская детские новый новые маленький большой красный "
        "синий черный белый размер отзывы",
    ),
    "uk": Words(
        "і й та в у на з із для від до як де або що", "купити ціна ціни недорого дешево замовити знижка магазин"
    ),
    "el": Words(
        "ο η το οι τα τον την του της των και σε με για από στο στη στην στον στα ένα μια",
        "αγορά τιμή τιμές φθηνά φθηνό φθηνή φτηνά προσφορά προσφορές έκπτωση κατάστημα καλύτερο",
        "γυναικεία ανδρικά παιδικά",
    ),
    "ar": Words(
        "في من إلى على عن مع و أو كيف أين هذا",
        "شراء اشتري سعر أسعار رخيص رخيصة أرخص عرض عروض تخفيضات متجر أفضل",
        "رجالي نسائي أطفال",
    ),
    "he": Words(
        "של עם על את או איך איפה", "לקנות קנייה מחיר מחירים זול זולה זולים מבצע חנות הטוב", "לנשים לגברים לילדים"
    ),
    "hi": Words("के का की में और से को पर लिए या है", "खरीदें खरीदना सस्ता सस्ते सस्ती कीमत ऑफर दुकान", "महिला पुरुष बच्चों"),
    "ko": Words("및 와 과 의", "구매 구입 추천 가격 최저가 할인 싼 저렴한 예약 비교", "여성 남성 아동 신상품"),
}

UNSPACED_INTENT = (
    *("おすすめ", "通販", "激安", "格安", "安い", "人気", "予約", "購入", "価格", "販売"),
    *("购买", "购物", "便宜", "价格", "多少钱", "推荐", "预订", "報價", "报价", "購買", "價格", "推薦", "哪里买"),
    *("ซื้อ", "ราคาถูก", "ราคา", "ขาย", "แนะนำ", "จอง"),
)
"""Intent in languages that put no spaces between words."""

SAME_THING = (
    "sneaker trainer",
    "couch sofa settee sleeper",
    "trouser pant chino slack",
    "sweater jumper pullover",
    "phone smartphone mobile cellphone handy",
    "tv television telly fernseher",
    "fridge refrigerator",
    "holiday vacation getaway",
    "flight airfare airline",
    "apartment flat condo",
    "car auto automobile vehicle",
    "auto voiture coche carro automobil wagen",
    "kid child children",
    "mum mom mother",
    "bike bicycle cycle ebike",
    "glasses eyeglass eyewear spectacle",
    "pram pushchair stroller buggy",
    "laptop notebook",
    "vacuum hoover",
    "movie film cinema",
    "job career vacancy",
    "doctor physician gp",
    "lawyer solicitor attorney",
    "purse handbag",
    "swimsuit swimwear bikini",
    "rug carpet",
    "class course lesson training",
    "present gift",
    "moisturiser moisturizer lotion cream",
    "accommodation hotel lodging hostel",
    "hotel albergo alberghi hotele",
    "repair fix reparatur",
    "puppy dog",
    "kitten cat",
    "dentist dental",
    "attic loft",
    "lamp light lighting",
    "coat jacket",
    "ordenador computador computer pc",
    "movil celular telefono smartphone",
    "portable telephone smartphone",
    "cellulare smartphone telefonino",
    "geladeira refrigerador",
    "nevera frigorifico refrigerador",
    "frigo refrigerateur",
    "basket sneaker tennis",
    "handyvertrag handytarif",
    "fahrrad rad bike velo",
    "кроссовки кеды",
    "автомобиль авто машина",
    "отель гостиница",
    "сотовый смартфон телефон",
)
"""Each line is one thing under several names, as plain singulars without accents."""


def _listed(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


IDLE = _listed(*(words for one in LANGUAGES.values() for words in (one.function, one.intent)))
"""Words that nobody came for."""
WEAK = _listed(*(one.weak for one in LANGUAGES.values())) - IDLE
"""Words that only narrow down what somebody came for: for whom, which colour, how large."""

_SHORTEST_TELLING = 3
_BY_LANGUAGE = {
    language: {
        word for word in _listed(one.function, one.intent, one.weak, one.things) if len(word) >= _SHORTEST_TELLING
    }
    for language, one in LANGUAGES.items()
}
_SPOKEN_IN = Counter(word for words in _BY_LANGUAGE.values() for word in words)
_ENGLISH_EVERYWHERE = _listed("online shop store sale deals shopping bike laptop hotel baby kids for new best black")

TELLING: Mapping[str, str] = {
    word: language
    for language, words in _BY_LANGUAGE.items()
    for word in words
    if _SPOKEN_IN[word] == 1 and word not in _ENGLISH_EVERYWHERE
}
"""Words that one language alone has, with that language."""
