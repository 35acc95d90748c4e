"""What demonstration applicants wrote: trades and sentences, French in Morocco and Mali, Arabic in Libya."""

from demo.plan import CasePlan

TRADES = {
    "agriculture": ("Agriculture", "الزراعة"),
    "crafts": ("Artisanat", "الحرف اليدوية"),
    "fishing": ("Pêche", "صيد السمك"),
    "food": ("Alimentation", "الأغذية"),
    "livestock": ("Élevage", "تربية المواشي"),
    "public_service": ("Service public", "خدمة عمومية"),
    "repair": ("Réparation", "الصيانة والتصليح"),
    "services": ("Services", "الخدمات"),
    "trade": ("Commerce", "التجارة"),
    "transport": ("Transport", "النقل"),
}
LANGUAGES = {"LY": "ar"}

DESCRIPTION = {
    "fr": "{title} : une activité proche des habitants, avec une clientèle connue et des prix du quartier."
    " Nous avons parlé à dix clients et à deux fournisseurs.",
    "ar": "{title}: نشاط قريب من السكان، بزبائن نعرفهم وأسعار في متناول الحي."
    " تحدثنا مع عشرة زبائن ومع مورّدين اثنين.",
}
EXPERIENCE = {
    "fr": "Plusieurs années de pratique, puis une formation courte.",
    "ar": "سنوات من الممارسة، ثم تكوين قصير.",
}
USE_OF_MONEY = {
    "fr": "Matériel de travail, premier stock et installation.",
    "ar": "أدوات العمل والمخزون الأول والتركيب.",
}
CUSTOMERS = {
    "fr": "Les familles et les petits commerces à moins de trois kilomètres.",
    "ar": "الأسر والمحلات الصغيرة على بعد أقل من ثلاثة كيلومترات.",
}
COMPETITORS = {
    "fr": "Deux ateliers, plus chers et souvent fermés.",
    "ar": "ورشتان، أغلى سعرًا وكثيرًا ما تكونان مغلقتين.",
}
EQUIPMENT = {"fr": "Matériel", "ar": "أدوات العمل"}
FIRST_STOCK = {"fr": "Stock de départ", "ar": "المخزون الأول"}


def language_of(country: str) -> str:
    """Return the language in which people of a country apply."""
    return LANGUAGES.get(country, "fr")


def trade_of(plan: CasePlan, language: str) -> str:
    """Return the trade of a case in the applicant's words, empty when it has none."""
    french, arabic = TRADES.get(plan.sector, ("", ""))
    return arabic if language == "ar" else french
