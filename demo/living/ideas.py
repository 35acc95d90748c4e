"""What the applicants of the living programme want to do: invented ideas in French, some in Arabic."""

from dataclasses import dataclass

QUARTERS = {
    "RAB": ("Takaddoum", "Hay Rahma", "Tabriquet", "L’Océan", "Bettana"),
    "FES": ("Aïn Kadous", "Bensouda", "Narjiss", "Saada"),
    "OUJ": ("Lazaret", "Hay Salam", "Village Toba", "Boudir"),
}


@dataclass(frozen=True)
class Idea:
    """One idea; `{place}` stands for the quarter. price: what is asked for, in minor units of MAD."""

    title: str
    trade: str
    text: str
    experience: str
    purchases: str
    price: int
    language: str = "fr"


IDEAS = (
    Idea(
        "Couture et retouches",
        "Couture",
        "Un atelier de retouches près du marché de {place}. Les clientes apportent déjà leurs vêtements chez"
        " moi ; avec une deuxième machine je pourrai rendre le travail le jour même.",
        "Cinq ans dans un atelier de confection, puis des retouches à domicile.",
        "Une machine à coudre, une surjeteuse, un fer à vapeur et du tissu.",
        1_420_000,
    ),
    Idea(
        "Réparation de téléphones",
        "Réparation",
        "Un comptoir de réparation de téléphones à {place}, où le réparateur le plus proche est à quarante"
        " minutes de bus. Je réparerai aussi les chargeurs et les écouteurs.",
        "Formation de neuf mois à l’OFPPT, deux ans comme aide-réparateur.",
        "Un poste de soudure, des écrans et des batteries, une vitrine fermée.",
        1_180_000,
    ),
    Idea(
        "Restauration rapide",
        "Restauration",
        "Des plats du jour et des sandwichs pour les ouvriers du chantier de {place}, midi et soir, à"
        " emporter.",
        "Trois ans en cuisine dans un petit restaurant.",
        "Une plaque, une friteuse, une caisse isotherme, un triporteur d’occasion.",
        1_490_000,
    ),
    Idea(
        "مخبزة منزلية",
        "خبز وحلويات",
        "خبز وفطائر طازجة كل صباح لسكان حي {place} ولثلاثة محلات بقالة وافقت على الشراء. أشتغل مع أختي.",
        "أخبز وأبيع للجيران منذ أربع سنوات.",
        "فرن غاز، عجانة، طاولة من الفولاذ ومواد أولية لشهر.",
        1_350_000,
        "ar",
    ),
    Idea(
        "Salon de coiffure pour femmes",
        "Coiffure",
        "Un petit salon à {place}, ouvert aussi le soir pour celles qui travaillent. Deux fauteuils, des prix"
        " affichés.",
        "Diplôme de coiffure, un an de stage, clientèle à domicile.",
        "Deux fauteuils, un bac, un séchoir, des produits pour trois mois.",
        1_260_000,
    ),
    Idea(
        "Livraison à vélo-cargo",
        "Transport",
        "Livrer les courses des commerçants de {place} avec un vélo-cargo : six boutiques sont d’accord pour"
        " essayer.",
        "Livreur depuis deux ans, je connais toutes les rues.",
        "Un vélo-cargo électrique, un casque, un téléphone avec support.",
        1_450_000,
    ),
    Idea(
        "Menuiserie aluminium",
        "Menuiserie",
        "Fenêtres et moustiquaires sur mesure à {place}. Deux entrepreneurs m’envoient déjà des"
        " commandes que je"
        " fais chez un autre.",
        "Sept ans de métier.",
        "Une scie à onglet, une riveteuse, un établi, le premier stock de profilés.",
        1_500_000,
    ),
    Idea(
        "تصليح الدراجات",
        "تصليح",
        "ورشة صغيرة لتصليح الدراجات الهوائية والنارية الخفيفة قرب محطة {place}، حيث لا توجد أي ورشة.",
        "اشتغلت مساعد ميكانيكي ثلاث سنوات.",
        "صندوق أدوات كامل، مضخة هواء، قطع غيار.",
        980_000,
        "ar",
    ),
    Idea(
        "Épicerie de quartier",
        "Commerce",
        "Une épicerie ouverte tôt et tard à {place}, avec un cahier de crédit plafonné et les produits"
        " que les"
        " familles demandent.",
        "J’ai tenu la boutique de mon oncle pendant deux ans.",
        "Un réfrigérateur, des rayonnages, le premier stock.",
        1_380_000,
    ),
    Idea(
        "Peinture en bâtiment",
        "Bâtiment",
        "Peinture intérieure et petites réparations à {place} et alentour. Une régie immobilière me"
        " confierait"
        " ses remises en état.",
        "Chef d’équipe avant mon départ, huit ans de métier.",
        "Un échafaudage roulant, un pistolet, une ponceuse, une remorque.",
        1_410_000,
    ),
    Idea(
        "Garde d’enfants",
        "Services",
        "Accueillir cinq enfants de la résidence de {place} pendant que leurs mères travaillent, dans un"
        " rez-de-chaussée avec cour.",
        "Auxiliaire de puériculture pendant quatre ans.",
        "Des lits pliants, des jouets, une barrière, une trousse de secours.",
        890_000,
    ),
    Idea(
        "Artisanat du cuir",
        "Artisanat",
        "Sacs et ceintures vendus à trois boutiques de {place} et en ligne. Le cuir vient de la tannerie, les"
        " modèles sont les miens.",
        "Maroquinier depuis dix ans.",
        "Une machine à coudre le cuir, des emporte-pièces, du cuir pour deux mois.",
        1_470_000,
    ),
)
KITS = (
    Idea(
        "Kit de coiffure à domicile",
        "Coiffure",
        "Coiffer à domicile les femmes âgées de {place}, avec un matériel qui tient dans une valise.",
        "Deux ans d’apprentissage.",
        "Une valise de coiffure complète.",
        560_000,
    ),
    Idea(
        "Kit de plomberie",
        "Plomberie",
        "Dépannages de plomberie à {place} : fuites, robinets, chauffe-eau.",
        "Quatre ans comme aide-plombier.",
        "Un coffret d’outils et une pompe à épreuve.",
        590_000,
    ),
    Idea(
        "Kit de pâtisserie",
        "Pâtisserie",
        "Gâteaux de fête sur commande à {place} ; douze familles ont déjà commandé.",
        "Pâtissière amateure depuis l’adolescence, formation courte.",
        "Un batteur, des moules, un petit four.",
        540_000,
    ),
)
STRONGER = (
    Idea(
        "Agrandir l’atelier de soudure",
        "Soudure",
        "L’atelier de {place} refuse des commandes faute de poste à l’arc. Avec lui je prendrai un apprenti.",
        "L’atelier existe depuis trois ans, deux personnes y travaillent.",
        "Un poste à souder, un masque, des électrodes.",
        870_000,
    ),
    Idea(
        "Deuxième étal de légumes",
        "Commerce",
        "Un deuxième étal au marché de {place}, tenu par ma sœur, pour vendre aussi l’après-midi.",
        "Étal tenu depuis deux ans, comptes à jour.",
        "Un étal, une balance, une charrette, un parasol.",
        640_000,
    ),
)
