"""Arabic words for one page, to see the frame turned; not words that anybody approved for customers."""

from collections.abc import Mapping

COMMON: Mapping[str, str] = {
    "help": "تحدث مع شخص",
    "language": "العربية",
    "more": "المزيد عن رسائلنا",
    "preferences": "التفضيلات",
    "why": "لماذا وصلني هذا؟",
    "my_data": "بياناتي",
}
TOPICS: Mapping[str, str] = {"cart_abandonment": "سلة تركتها"}
PREFERENCES: Mapping[str, str] = {
    "title": "كيف نتواصل معك",
    "text": "غيّر ما تريد. يسري من لحظة الحفظ.",
    "saved": "تم الحفظ. يسري من الآن.",
    "wrong": "لم يتم الحفظ. أدخل وقتين مختلفين أو لا شيء.",
    "channels": "أين يمكننا أن نكتب لك",
    "channel_email": "البريد الإلكتروني",
    "channel_sms": "رسائل قصيرة",
    "channel_onsite": "ملاحظات على موقعنا",
    "cadence": "كم مرة",
    "cadence_normal": "العدد المعتاد",
    "cadence_fewer": "أقل: رسالة واحدة في الأسبوع على الأكثر",
    "cadence_important": "المهم فقط",
    "quiet": "ساعات الهدوء",
    "quiet_from": "من",
    "quiet_until": "إلى",
    "quiet_hint": "بتوقيتك المحلي. اترك الحقلين فارغين إن لم ترد ذلك.",
    "topics": "عمّ يمكننا أن نكتب",
    "language": "اللغة",
    "time_zone": "المنطقة الزمنية",
    "zone_unknown": "غير معروفة بعد",
    "automation": "القرارات الآلية",
    "automation_no": "لا قرارات آلية بشأني",
    "automation_hint": "عندها يكتب لك الناس فقط، ويصلك ما يخص طلباتك.",
    "save": "حفظ",
}
