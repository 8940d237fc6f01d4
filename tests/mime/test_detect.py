# ruff: noqa: RUF001 (letters of other scripts are what they look like)
import pytest

from tuimail.mime.charset import Doubt, decode, read
from tuimail.mime.charset_names import CODECS
from tuimail.mime.detect import MIN_HIGH_BYTES, SAMPLE_BYTES, detected

RUSSIAN = "Мы получили ваше письмо. Завтра утром курьер привезёт документы в офис."
UKRAINIAN = "Ми отримали вашого листа. Завтра вранці кур'єр привезе документи до офісу."
BULGARIAN = "Получихме писмото ви. Утре сутринта куриерът ще донесе документите."
GREEK = "Λάβαμε το γράμμα σας. Αύριο το πρωί θα φέρουν τα έγγραφα στο γραφείο."
HEBREW = "קיבלנו את המכתב שלכם. מחר בבוקר יביא השליח את המסמכים למשרד."
ARABIC = "استلمنا رسالتكم ونشكركم. غدا صباحا سيحضر الساعي الوثائق إلى المكتب."
PERSIAN = "نامه شما رسيد. فردا صبح پيک مدارک را به دفتر می‌آورد."
THAI = "เราได้รับจดหมายของคุณแล้ว พรุ่งนี้เช้าจะนำเอกสารไปที่สำนักงาน"
SIMPLE = "我们已经收到您的来信，感谢您这么快回复。明天早上快递会把文件送到办公室。"
TRADITIONAL = "我們已經收到您的來信，感謝您這麼快回覆。明天早上快遞會把文件送到辦公室。"
JAPANESE = "お手紙を受け取りました。明日の朝に書類を事務所へお届けします。"
KOREAN = "보내 주신 편지를 잘 받았습니다. 내일 아침에 서류를 사무실로 보내 드리겠습니다."
WESTERN = {
    "french": "Nous avons reçu votre lettre. Le résumé « définitif » arrivera à l'école dès lundi.",
    "capitals": "ÉTÉ : HORAIRES MODIFIÉS À L'ÉCOLE — FERMÉE DÈS LE 14, RÉOUVERTURE À LA RENTRÉE",
    "german": "Schöne Grüße aus Köln; über die Öffnungszeiten müssen wir später ausführlich reden.",
    "danish": "Kære alle, rådhuset på øen er åbent. Smørrebrød får I først på lørdag aften.",
    "icelandic": "Góðan daginn, þið þurfið að lesa fundargerðina fyrir föstudag, það er áríðandi.",
    "portuguese": "Não esqueçam as alterações à programação até amanhã; a opção é só uma ação.",
    "spanish": "Buenos días, ¿qué tal? Envío el acta de la reunión de ayer; el año que viene, más.",
    "italian": "Perché la riunione è già finita? Così però non si può, lunedì sarà più facile.",
    "dutch": "Eén overleg over financiële ideeën, de coördinatie en een reünie in België.",
    "catalan": "Llegiu-la abans; després hi haurà més informació: açò, allò, perquè, pingüí, raïm.",
    "albanian": "Përshëndetje, ju dërgoj procesverbalin e mbledhjes së djeshme, është për ne.",
    "faroese": "Frágreiðingin frá fundinum í gjár er týdningarmikil fyri øll, tá ið veðrið er gott.",
    "many languages": "Müller, Gómez, Åström, Søren, Muñoz, Françoise, Bäcker, Málaga, Århus, Nîmes",
    "measures": "5 m³, 7 m³ und 10 cm³; siehe¹ und² sowie³ und nochmals m³, m³, m³, m³ bei 20 °C ± 2",
    "ordinals": "1º, 2ª, ½, ¼, ¾, nº 5, nº 6, nº 7, 3ª, ¿qué? ¿cómo? ¿cuándo? m² ³ ³ ³ ³ ³ nº 8",
    "marks": "“Yes” — ‘no’ … “Yes” — ‘no’ … 5 € · 20 % · § 3 “Yes” — ‘no’ …",
    "indents": "\xa0\xa0\xa0one\xa0\xa0\xa0\xa0\xa0\xa0two\xa0\xa0\xa0\xa0…… ————————",
}
POLISH = "Otrzymaliśmy pański list. Jutro rano kurier przywiezie dokumenty; proszę zadzwonić później, żebyśmy mogli to przełożyć."
CZECH = "Obdrželi jsme váš dopis. Zítra ráno přiveze kurýr písemnosti; prosím, zavolejte včas, kdybyste chtěli něco změnit."
HUNGARIAN = "Megkaptuk a levelét, köszönjük. Holnap reggel érkezik a küldemény, kérjük, előre jelezze, ha később jönne; az időpont bőven módosítható, örömmel segítünk."
CROATIAN = "Primili smo vaše pismo. Sutra će kurir donijeti spise; javite nam već večeras ako želite išta mijenjati, možda i češće, što točnije."
ROMANIAN = "Am primit scrisoarea şi vă mulţumim. Mâine dimineaţă curierul aduce documentele; vă rugăm să sunaţi înainte."
TURKISH = "Mektubunuzu aldık, teşekkür ederiz. Yarın sabah kurye belgeleri getirecek; değişiklik için lütfen önceden arayınız."
LITHUANIAN = "Gavome jūsų laišką. Rytoj rytą kurjeris atveš dokumentus; prašome paskambinti iš anksto, jei norėtumėte ką nors pakeisti, ačiū."
LATVIAN = "Mēs saņēmām jūsu vēstuli. Rīt no rīta kurjers atvedīs dokumentus; lūdzu, zvaniet iepriekš, ja vēlaties kaut ko mainīt, šķiet, būs vēl laiks."

WRITTEN = [
    (POLISH, "cp1250"),
    (POLISH, "iso-8859-2"),
    (CZECH, "cp1250"),
    (CZECH, "iso-8859-2"),
    (HUNGARIAN, "cp1250"),
    (HUNGARIAN, "iso-8859-2"),
    (CROATIAN, "cp1250"),
    (CROATIAN, "iso-8859-2"),
    (ROMANIAN, "cp1250"),
    (TURKISH, "cp1254"),
    (LITHUANIAN, "cp1257"),
    (LATVIAN, "cp1257"),
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"),
    (RUSSIAN, "cp866"),
    (RUSSIAN, "iso-8859-5"),
    (RUSSIAN.upper(), "cp1251"),
    (RUSSIAN.upper(), "koi8-r"),
    (UKRAINIAN, "cp1251"),
    (UKRAINIAN, "koi8-u"),
    (BULGARIAN, "cp1251"),
    (GREEK, "cp1253"),
    (GREEK.replace("Ά", "Α"), "iso-8859-7"),
    (HEBREW, "cp1255"),
    (HEBREW, "iso-8859-8"),
    (ARABIC, "cp1256"),
    (PERSIAN, "cp1256"),
    (THAI, "cp874"),
    (SIMPLE, "gb2312"),
    (SIMPLE, "gbk"),
    (SIMPLE, "gb18030"),
    (TRADITIONAL, "gbk"),
    (TRADITIONAL, "big5"),
    (JAPANESE, "shift-jis"),
    (JAPANESE, "euc-jp"),
    (JAPANESE, "iso-2022-jp"),
    (KOREAN, "euc-kr"),
    (KOREAN, "iso-2022-kr"),
    (SIMPLE + " abc", "utf-16le"),
    (SIMPLE + " abc", "utf-16be"),
    (SIMPLE, "utf-8"),
]


SEVEN_BIT_OR_WIDE = {"iso-2022-jp", "iso-2022-kr", "utf-16le", "utf-16be"}
MISLABELLED = [
    (text, codec, label)
    for text, codec in WRITTEN
    for label in ("us-ascii", "iso-8859-1", "", "x-unknown", "utf-8")
    if label != "utf-8" or codec not in SEVEN_BIT_OR_WIDE
]


@pytest.mark.parametrize(("text", "codec", "label"), MISLABELLED)
def test_a_charset_is_found_under_a_wrong_label(text, codec, label):
    content = text.encode(codec, "replace")
    assert decode(content, label) == content.decode(codec)
    assert read(content, label).text == content.decode(codec)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Встреча завтра", "koi8-r"),
        ("Встреча завтра", "cp1251"),
        ("Привет", "cp1251"),
        ("Привет", "koi8-r"),
        ("会議の件", "shift-jis"),
        ("会議の件", "euc-jp"),
        ("你好世界", "gbk"),
        ("會議紀錄", "big5"),
        ("회의 일정 변경", "euc-kr"),
    ],
)
def test_a_subject_of_a_few_words_is_enough(text, codec):
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("text", WESTERN.values(), ids=WESTERN)
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "us-ascii", "", "utf-8"])
def test_western_text_stays_western(text, label):
    assert decode(text.encode("cp1252"), label) == text


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (RUSSIAN, "cp1251", "koi8-r"),
        (RUSSIAN, "koi8-r", "windows-1251"),
        (RUSSIAN, "cp866", "windows-1251"),
        (TRADITIONAL, "big5", "gb2312"),
        (SIMPLE, "gbk", "big5"),
        (JAPANESE, "euc-jp", "shift_jis"),
        (JAPANESE, "shift-jis", "euc-jp"),
        (KOREAN, "euc-kr", "gb2312"),
        (RUSSIAN, "utf-8", "windows-1251"),
        (SIMPLE, "utf-8", "gb2312"),
    ],
)
def test_a_charset_of_the_same_kind_is_not_believed_against_the_text(text, codec, label):
    assert read(text.encode(codec), label).text == text


@pytest.mark.parametrize(("text", "codec"), WRITTEN)
def test_a_right_label_is_believed(text, codec):
    content = text.encode(codec, "replace")
    reading = read(content, codec)
    assert reading.text == content.decode(codec)
    assert reading.doubt is Doubt.NONE


@pytest.mark.parametrize("label", ["koi8-r", "windows-1253", "gb2312", "shift_jis", "big5"])
@pytest.mark.parametrize(("text", "codec"), [(POLISH, "cp1250"), (TURKISH, "cp1254")])
def test_latin_words_under_the_label_of_another_script_raise_nothing(text, codec, label):
    assert isinstance(read(text.encode(codec), label).text, str)


@pytest.mark.parametrize("label", sorted(set(CODECS.values())))
def test_no_label_and_no_text_together_raise_anything(label):
    for text, codec in WRITTEN:
        assert isinstance(read(text.encode(codec, "replace"), label).text, str)


def test_too_few_bytes_say_nothing():
    assert detected("Приве".encode("cp1251")) is None
    assert len("Приве") < MIN_HIGH_BYTES


@pytest.mark.parametrize(
    "unit", [bytes(range(128, 256)), b"\xff", b"\x80\x85", b"\xa4 ", b"\x1b$B"]
)
def test_rubbish_has_no_charset_and_raises_nothing(unit):
    content = unit * 3_000
    assert isinstance(decode(content), str)
    assert isinstance(read(content, "gb2312").text, str)


def test_only_the_beginning_of_a_text_is_looked_at():
    beginning = RUSSIAN.encode("cp1251") * (SAMPLE_BYTES // len(RUSSIAN) + 1)
    assert detected(b"x" * 1_000_000 + beginning + SIMPLE.encode("gbk") * 10_000) == "cp1251"


def test_a_character_cut_at_the_end_of_what_is_looked_at_harms_nothing():
    for shift in range(4):
        content = b"a" * 10 + b"\xb5\xc4" + b"a" * shift + SIMPLE.encode("gbk") * 200
        assert detected(content) == "gb18030"
