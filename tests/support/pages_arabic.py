"""Arabic words for every page, to see all of them turned; not words that anybody approved for customers."""

from collections.abc import Mapping

COMMON: Mapping[str, str] = {
    "help": "تحدث مع شخص",
    "language": "العربية",
    "more": "المزيد عن رسائلنا",
    "preferences": "التفضيلات",
    "why": "لماذا وصلني هذا؟",
    "my_data": "بياناتي",
}
TOPICS: Mapping[str, str] = {"cart_abandonment": "سلة تركتها", "personal_moments": "ما أخبرتنا به"}
PREFERENCES: Mapping[str, str] = {
    "title": "كيف نتواصل معك",
    "text": "غيّر ما تريد. يسري من لحظة الحفظ.",
    "saved": "تم الحفظ. يسري من الآن.",
    "wrong": "لم يتم الحفظ. أدخل وقتين مختلفين أو لا شيء.",
    "channels": "أين يمكننا أن نكتب لك",
    "channel_email": "البريد الإلكتروني",
    "channel_sms": "رسائل قصيرة",
    "channel_onsite": "ملاحظات على موقعنا",
    "channel_email_tracking": "إخباركم بفتح رسائلكم",
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
UNSUBSCRIBE: Mapping[str, str] = {
    "title": "هل تريد إيقاف هذه الرسائل؟",
    "text": "اضغط الزر ونتوقف عن الكتابة إليك بهذه الطريقة. ستبقى تصلك أخبار طلباتك.",
    "button": "إلغاء الاشتراك",
    "otherwise": "لمواصلة استلام الرسائل أغلق هذه الصفحة.",
    "fewer": "عدد أقل بدلا من ذلك",
    "everything": "إيقاف كل القنوات",
}
UNSUBSCRIBED: Mapping[str, str] = {
    "title": "تم إلغاء اشتراكك",
    "text": "لن نكتب إليك بهذه الطريقة مرة أخرى. ستبقى تصلك أخبار طلباتك.",
    "text_everything": "لن نكتب إليك بعد الآن: لا بريد ولا رسائل قصيرة ولا ملاحظات. ستبقى تصلك أخبار طلباتك.",
    "fewer": "عدد أقل بدلا من ذلك",
    "undo": "تراجع",
    "title_undone": "تم التراجع",
    "text_undone": "عاد كل شيء كما كان قبل إلغاء الاشتراك.",
    "title_fewer": "ستصلك رسائل أقل",
    "text_fewer": "رسالة واحدة على الأكثر في سبعة أيام، على كل القنوات معا.",
}
FEEDBACK: Mapping[str, str] = {
    "title": "هل كانت رسالتنا مفيدة؟",
    "text": "ضغطة واحدة تكفي. إجابتك تحدد كيف نكتب إليك.",
    "yes": "نعم",
    "no": "لا",
    "comment": "هل تود إضافة شيء؟ (اختياري، سطر واحد)",
}
THANKS: Mapping[str, str] = {
    "title": "شكرا لك",
    "text": "يسعدنا أن نعرف. إجابتك تساعدنا على كتابة رسائل أقل وأفضل.",
    "text_no": "يسعدنا أن نعرف. سنأخذ ذلك في الحسبان قبل أن نكتب مرة أخرى.",
    "commented": "ما كتبته يصل إلى من يساعدون عملاءنا.",
}
INVALID_LINK: Mapping[str, str] = {
    "title": "لم يعد هذا الرابط يعمل",
    "text": "روابط رسائلنا شخصية وتنتهي بعد مدة. لم يتغير شيء.",
    "otherwise": "استخدم الرابط في أحدث رسالة منا، أو رد على تلك الرسالة.",
}
WHY: Mapping[str, str] = {
    "title": "لماذا وصلني هذا؟",
    "nothing": "لم يعد لدينا سجل هذه الرسالة. نحتفظ بهذه السجلات 90 يوما.",
    "noticed": "ما لاحظناه",
    "chosen": "ما تقرر",
    "not_chosen": "ما لم يحدث",
    "topic": "كان الموضوع: {topic}.",
    "struggle": "بدا أن شيئا كان صعبا على موقعنا، ثم غادرت.",
    "saw_page_reloads": "أعيد تحميل الصفحات مرارا.",
    "saw_form_failures": "لم يُقبل نموذج.",
    "machine": "قرر ذلك برنامج وفق قواعد كتبها الناس.",
    "words": "كتب الناس الكلمات ووافقوا عليها. اختار البرنامج من بينها فقط.",
    "when": "اختير الوقت ضمن الساعات التي يمكن الاتصال بك فيها.",
    "sent_email": "رسالة بالبريد الإلكتروني في {date}.",
    "sent_sms": "رسالة قصيرة في {date}.",
    "sent_onsite": "ملاحظة على موقعنا في {date}.",
    "withheld": "لم تُرسل رسائل: {count}، لأنها لم تعد لازمة أو مطلوبة.",
    "used": "بيانات استُخدمت",
    "used_visits": "ما حدث على موقعنا أثناء زيارتك.",
    "used_wishes": "تفضيلاتك وما وافقت عليه.",
    "used_contact": "لغتك ومنطقتك الزمنية والعنوان الذي وصلت إليه الرسالة.",
    "never": "بيانات لا تُستخدم أبدا",
    "never_text": "طريقة الكتابة أو تحريك الفأرة، وصوتك ووجهك، والتخمين عن صحتك أو مالك.",
    "object": "ألا توافق؟",
    "object_text": "يمكنك الاعتراض في أي وقت دون ذكر سبب. عندها لا يقرر أي برنامج بشأنك.",
    "object_link": "لا قرارات آلية بشأني",
    "no_credit": "لم يتقرر شيء بشأن الائتمان أو ما يمكنك شراؤه.",
}
MY_DATA: Mapping[str, str] = {
    "title": "بياناتك",
    "text": "يمكنك طلب نسخة من كل ما نحتفظ به عنك أو طلب حذفه. يتولى ذلك شخص ويسألك مرة أخرى قبل الحذف.",
    "export": "طلب نسخة",
    "deletion": "طلب الحذف",
    "text_deletion": "بعد الحذف لا يبقى لدينا شيء عنك سوى رمز يمنع الكتابة إلى عنوانك مرة أخرى.",
    "asked_export": "وصلنا طلبك لنسخة. سيجيبك شخص خلال 30 يوما.",
    "asked_deletion": "وصلنا طلبك لحذف بياناتك. سيجيبك شخص خلال 30 يوما.",
}
ARABIC: Mapping[str, Mapping[str, str]] = {
    "common": COMMON,
    "topics": TOPICS,
    "preferences": PREFERENCES,
    "unsubscribe": UNSUBSCRIBE,
    "unsubscribed": UNSUBSCRIBED,
    "feedback": FEEDBACK,
    "thanks": THANKS,
    "invalid_link": INVALID_LINK,
    "why": WHY,
    "my_data": MY_DATA,
}
