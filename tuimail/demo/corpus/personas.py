"""Who writes to the people of the host: invented persons and their habits."""

from dataclasses import dataclass
from typing import Final

from tuimail.demo.people import Person


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who writes mail."""

    name: str
    email: str
    language: str = "en"
    charset: str = "utf-8"
    """What their program writes text in."""
    agent: str = "Thunderbird"
    """Their mail program, as User-Agent has it."""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.email.partition("@")[2]

    @property
    def first_name(self) -> str:
        """What friends call them."""
        return self.name.split()[0]


def persona_of(person: Person) -> Persona:
    """Return a person of the host as a writer."""
    return Persona(person.display_name, person.email, agent="tuimail")


ENGLISH: Final = (
    Persona("Marta Lindqvist", "marta@harbour.example"),
    Persona("Tom Okafor", "tom.okafor@harbour.example", agent="Apple Mail (2.3774)"),
    Persona("Priya Raman", "priya@tideline.example", agent="Evolution 3.54"),
    Persona("Jonas Weller", "jonas@tideline.example"),
    Persona("Eilidh Fraser", "eilidh@skerry.example", agent="neomutt/20240425"),
    Persona("Samuel Adeyemi", "samuel.adeyemi@skerry.example"),
    Persona("Ingrid Bakke", "ingrid@lighthouse.example", charset="iso-8859-1"),
    Persona("Daniel Osei", "daniel@lighthouse.example", agent="Microsoft Outlook 16.0"),
    Persona("Rosa Marchetti", "rosa@cartographers.example"),
    Persona("Peter van Dijk", "peter@cartographers.example", charset="windows-1252"),
    Persona("Noor Haddad", "noor@saltmarsh.example"),
    Persona("Lucy Whitfield", "lucy.whitfield@saltmarsh.example", agent="Apple Mail (2.3774)"),
)
ABROAD: Final = (
    Persona("Jürgen Großmann", "juergen@deich.example", "de", "iso-8859-15"),
    Persona("Käthe Schröder", "kaethe@deich.example", "de"),
    Persona(
        "Hélène Lefèvre", "helene@phare.example", "fr", "windows-1252", "Microsoft Outlook 16.0"
    ),
    Persona("Íñigo Muñoz Peña", "inigo@faro.example", "es"),
    Persona("Анна Соколова", "anna@mayak.example", "ru", "koi8-r"),
    Persona("Дмитрий Орлов", "dmitri@mayak.example", "ru"),
    Persona("Ελένη Παπαδάκη", "eleni@faros.example", "el"),
    Persona("Νίκος Αντωνίου", "nikos@faros.example", "el", "iso-8859-7"),
    Persona("ليلى منصور", "layla@manara.example", "ar"),
    Persona("يوسف الخطيب", "yusuf@manara.example", "ar", "windows-1256"),
    Persona("נועה לוי", "noa@migdalor.example", "he"),
    Persona("王小明", "xiaoming@dengta.example", "zh", "gb18030"),
    Persona("陳怡君", "yijun@dengta.example", "zh"),
    Persona("佐藤 花子", "hanako@toudai.example", "ja", "iso-2022-jp"),
    Persona("김민준", "minjun@deungdae.example", "ko"),
    Persona("अनिता शर्मा", "anita@deepstambh.example", "hi"),
    Persona("สมชาย ใจดี", "somchai@praphakhan.example", "th"),
)
