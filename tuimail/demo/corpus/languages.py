"""Short letters in many languages and scripts."""

# ruff: noqa: RUF001 (people write in any script, and do not wrap markup)

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """What a letter is put together from."""

    greeting: str
    """With `{}` for the name."""
    subjects: tuple[str, ...]
    sentences: tuple[str, ...]
    closing: str
    wrote: str
    """Attribution above a quote, with `{}` for the writer."""


LANGUAGES: Final = {
    "de": Language(
        "Hallo {},",
        (
            "Grüße vom Deich",
            "Fährplan für Pfingsten – Änderung",
            "Übergabe der Schlüssel am Dienstag",
            "Fotos von der Wattwanderung",
        ),
        (
            "das Wetter war hier die ganze Woche stürmisch, aber der Deich hält.",
            "Die Fähre um 7:40 Uhr fällt aus; wir nehmen die um 9:15 Uhr.",
            "Könntest du bitte prüfen, ob die Maße im Plan stimmen?",
            "Über den Preis müssen wir noch einmal sprechen, 1.240 € sind zu viel.",
            "Großmutter lässt herzlich grüßen und fragt, wann du wieder kommst.",
            "Im Anhang findest du nichts – ich habe ihn natürlich wieder vergessen.",
            "Das Gespräch mit der Behörde dauerte länger als gedacht, führte aber zu etwas.",
        ),
        "Viele Grüße",
        "{} schrieb:",
    ),
    "fr": Language(
        "Bonjour {},",
        (
            "Réunion déplacée à jeudi",
            "Les photos de l'été dernier",
            "Devis pour la réparation du phare",
            "Ça y est, on déménage !",
        ),
        (
            "j'espère que tu vas bien et que l'hiver n'est pas trop rude chez vous.",
            "La réunion est déplacée à jeudi, à 14 h 30, même salle que d'habitude.",
            "Peux-tu me dire si le devis te paraît raisonnable ?",
            "Nous avons retrouvé les vieilles cartes marines dans le grenier.",
            "À propos de l'été : nous serons là à partir du 8 août.",
            "L'électricien n'est toujours pas passé, bien sûr.",
        ),
        "Bien à toi",
        "Le lundi, {} a écrit :",
    ),
    "es": Language(
        "Hola {}:",
        (
            "¿Cuándo vienes a vernos?",
            "Presupuesto del año próximo",
            "Mañana llega el envío",
            "Nuevas señales para el puerto",
        ),
        (
            "¿qué tal todo por ahí? Aquí ya ha empezado a llover.",
            "El envío llega mañana por la mañana; avísame cuando esté en el almacén.",
            "He revisado el presupuesto y faltan las señales nuevas.",
            "La niña ya camina y no para quieta ni un momento.",
            "¿Podrías mandarme otra vez el número de la reserva?",
            "El ingeniero dice que el muelle aguantará otros veinte años.",
        ),
        "Un abrazo",
        "{} escribió:",
    ),
    "ru": Language(
        "Здравствуйте, {}!",
        (
            "Поездка на маяк в субботу",
            "Отчёт за третий квартал",
            "Re: Билеты на поезд",
            "Фотографии с моря",
        ),
        (
            "Погода у нас наконец наладилась, и мы собираемся на маяк в субботу.",
            "Пожалуйста, посмотрите отчёт и напишите, всё ли в нём верно.",
            "Поезд отправляется в 6:45, поэтому выходить придётся рано.",
            "Бабушка передаёт привет и банку варенья.",
            "Я отправила документы вчера вечером, но ответа ещё нет.",
            "Если что-то изменится, я сразу напишу.",
        ),
        "С уважением",
        "{} пишет:",
    ),
    "el": Language(
        "Γεια σου {},",
        (
            "Το πλοίο φεύγει στις οκτώ",
            "Φωτογραφίες από το νησί",
            "Η επισκευή του φάρου",
        ),
        (
            "το πλοίο φεύγει στις οκτώ το πρωί, οπότε καλύτερα να έρθεις από το βράδυ.",
            "Ο καιρός είναι υπέροχος και η θάλασσα ήρεμη.",
            "Η επισκευή του φάρου θα τελειώσει την άλλη εβδομάδα.",
            "Σου στέλνω σύντομα τις φωτογραφίες από το νησί.",
            "Μπορείς να μου πεις πόσα άτομα θα είμαστε;",
        ),
        "Με εκτίμηση",
        "Ο χρήστης {} έγραψε:",
    ),
    "ar": Language(
        "مرحبا {}،",
        ("موعد الاجتماع القادم", "صور من الميناء", "بخصوص الفاتورة رقم 4417"),
        (
            "أرجو أن تكون بخير وأن تكون الرحلة قد مرت بسلام.",
            "سيكون الاجتماع القادم يوم الخميس في الساعة العاشرة صباحا.",
            "وصلت الفاتورة رقم 4417 أمس، وسأرسل لك نسخة منها.",
            "الطقس هنا جميل جدا والبحر هادئ.",
            "هل يمكنك أن تؤكد عدد الضيوف قبل يوم الأحد؟",
        ),
        "مع أطيب التحيات",
        "كتب {}:",
    ),
    "he": Language(
        "שלום {},",
        ("פגישה ביום רביעי", "תמונות מהטיול למגדלור", "שאלה לגבי ההזמנה"),
        (
            "הפגישה ביום רביעי תתחיל בשעה 9:30 ולא בשעה 10:00.",
            "הטיול למגדלור היה נפלא, והילדים עדיין מדברים עליו.",
            "ההזמנה הגיעה, אבל חסר בה פריט אחד (מספר 218).",
            "תודה רבה על העזרה בשבוע שעבר!",
            "נשמח מאוד אם תבואו אלינו בסוף השבוע.",
        ),
        "בברכה",
        "{} כתב/ה:",
    ),
    "zh": Language(
        "{}，您好！",
        ("关于下周会议的安排", "灯塔维修进度", "轉寄：週末的照片"),
        (
            "下周的会议改到星期三下午两点，地点不变。",
            "灯塔的维修工作已经完成了大约百分之八十。",
            "附近新开了一家面馆，下次您来的时候一起去吃吧。",
            "請確認一下收貨地址是否正確，謝謝。",
            "最近海上风很大，渡轮经常停航。",
            "報告我已經看過了，只有第三頁的數字需要再核對一次。",
        ),
        "此致敬礼",
        "{} 写道：",
    ),
    "ja": Language(
        "{} 様",
        ("来週の打ち合わせについて", "灯台の写真をお送りします", "ご注文ありがとうございます"),
        (
            "お世話になっております。佐藤です。",
            "来週の打ち合わせは水曜日の午後二時からに変更となりました。",
            "灯台の写真を何枚か撮りましたので、後ほどお送りいたします。",
            "先日は遠いところまでお越しいただき、ありがとうございました。",
            "ご不明な点がございましたら、お気軽にお知らせください。",
        ),
        "よろしくお願いいたします。",
        "{} さんは書きました:",
    ),
    "ko": Language(
        "{} 님께,",
        ("다음 주 회의 일정", "등대 사진 보내드립니다", "주문 확인 부탁드립니다"),
        (
            "안녕하세요. 지난번에는 먼 곳까지 와 주셔서 감사했습니다.",
            "다음 주 회의는 목요일 오후 세 시로 바뀌었습니다.",
            "요즘 바람이 많이 불어서 배가 자주 결항됩니다.",
            "등대에서 찍은 사진을 곧 보내드리겠습니다.",
            "주문하신 물건이 맞는지 확인 부탁드립니다.",
        ),
        "감사합니다.",
        "{} 님이 쓰기:",
    ),
    "hi": Language(
        "नमस्ते {},",
        ("अगले सप्ताह की बैठक", "दीपस्तंभ की तस्वीरें", "यात्रा का कार्यक्रम"),
        (
            "आशा है कि आप कुशल मंगल होंगे।",
            "अगले सप्ताह की बैठक अब बुधवार को दोपहर दो बजे होगी।",
            "दीपस्तंभ की मरम्मत लगभग पूरी हो चुकी है।",
            "कृपया बताइए कि आप किस ट्रेन से आ रहे हैं।",
            "यहाँ बारिश शुरू हो गई है और समुद्र बहुत अशांत है।",
        ),
        "सादर",
        "{} ने लिखा:",
    ),
    "th": Language(
        "สวัสดีคุณ {}",
        ("นัดประชุมสัปดาห์หน้า", "รูปถ่ายจากประภาคาร", "เรื่องตั๋วเรือ"),
        (
            "ขอบคุณมากสำหรับความช่วยเหลือเมื่อสัปดาห์ที่แล้ว",
            "การประชุมสัปดาห์หน้าเลื่อนไปเป็นวันพฤหัสบดี เวลาบ่ายสองโมง",
            "ช่วงนี้ลมแรงมาก เรือข้ามฟากหยุดวิ่งบ่อย",
            "ผมจะส่งรูปถ่ายจากประภาคารให้ดูเร็ว ๆ นี้",
            "ช่วยยืนยันจำนวนคนก่อนวันอาทิตย์ด้วยนะครับ",
        ),
        "ด้วยความนับถือ",
        "{} เขียนว่า:",
    ),
}
