"""The two standard forms as definitions: a one-page idea and a plan. A call has them until it has its own."""

from typing import Any

from applications.builder import ready_parts
from applications.builder.ready_parts import texts as _texts


def _section(key: str, title: dict[str, str], *questions: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "title": title, "questions": list(questions)}


def _question(key: str, kind: str, label: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "label": label, **more}


def idea_form() -> dict[str, Any]:
    """Return the standard idea form: what fits on one page of paper."""
    return {
        "sections": [_idea(), _money(), _sworn()],
        "summary": {"title": "title", "sector": "trade", "requested": "requested"},
    }


def plan_form() -> dict[str, Any]:
    """Return the standard plan, for those whose idea was retained."""
    return {
        "sections": [_market(), _budget(), _cash(), _results()],
        "summary": {"requested": "budget.asked"},
    }


def _idea() -> dict[str, Any]:
    return _section(
        "idea",
        _texts("Votre idée", "Your idea", "فكرتكم"),
        _question(
            "title",
            "text",
            _texts("Quel est votre projet ?", "What is your project?", "ما هو مشروعكم؟"),
            help=_texts(
                "En quelques mots, par exemple : couture et retouches.",
                "In a few words, for instance: sewing and alterations.",
                "في بضع كلمات، مثلاً: خياطة وتعديل الملابس.",
            ),
            required=True,
            limit=120,
            jurors=True,
        ),
        _question(
            "trade",
            "text",
            _texts("Dans quel métier ?", "In which trade?", "في أي مهنة؟"),
            help=_texts(
                "Par exemple : élevage, restauration, réparation.",
                "For instance: livestock, catering, repairs.",
                "مثلاً: تربية المواشي، المطاعم، الإصلاح.",
            ),
            limit=60,
            jurors=True,
        ),
        _question(
            "description",
            "long_text",
            _texts(
                "Que ferez-vous, pour qui, et où ?",
                "What will you do, for whom, and where?",
                "ماذا ستفعلون، ولمن، وأين؟",
            ),
            required=True,
            limit=1500,
            jurors=True,
        ),
        _question(
            "existing",
            "choice",
            _texts(
                "Exercez-vous déjà cette activité ?",
                "Do you already do this work?",
                "هل تمارسون هذا النشاط حالياً؟",
            ),
            choices=[["yes", _texts("Oui", "Yes", "نعم")], ["no", _texts("Non", "No", "لا")]],
            required=True,
            jurors=True,
        ),
        _question(
            "since",
            "date",
            _texts("Depuis quand ?", "Since when?", "منذ متى؟"),
            help=_texts("L’année suffit.", "The year is enough.", "تكفي السنة."),
            shown_if=["existing", "yes"],
            required=True,
            jurors=True,
        ),
        _question(
            "experience",
            "long_text",
            _texts(
                "Qu’avez-vous déjà fait dans ce métier ?",
                "What have you already done in this trade?",
                "ما هي تجربتكم في هذه المهنة؟",
            ),
            limit=1000,
            jurors=True,
        ),
    )


def _money() -> dict[str, Any]:
    return _section(
        "money",
        _texts("L’argent", "Money", "التمويل"),
        _question(
            "requested",
            "money",
            _texts("Combien demandez-vous ?", "How much do you ask for?", "كم تطلبون؟"),
            required=True,
            jurors=True,
        ),
        _question(
            "use_of_money",
            "long_text",
            _texts(
                "Qu’achèterez-vous avec cet argent ?",
                "What will you buy with this money?",
                "ماذا ستشترون بهذا المبلغ؟",
            ),
            required=True,
            limit=1000,
            jurors=True,
        ),
        _question(
            "papers",
            "file",
            _texts(
                "Une pièce utile : devis, photo du local",
                "A useful paper: quotation, photo of the place",
                "وثيقة مفيدة: عرض أسعار أو صورة المحل",
            ),
            help=_texts(
                "La photo d’un papier suffit si elle est nette.",
                "The photo of a paper is enough if it is sharp.",
                "تكفي صورة واضحة للورقة.",
            ),
            sensitivity="restricted",
        ),
    )


def _sworn() -> dict[str, Any]:
    return _section(
        "sworn",
        _texts("Votre déclaration", "Your declaration", "تصريحكم"),
        _question(
            "sworn",
            "declaration",
            _texts(
                "J’atteste sur l’honneur que ce que j’ai écrit est vrai.",
                "I declare on my honour that what I have written is true.",
                "أصرح بشرفي أن ما كتبته صحيح.",
            ),
            required=True,
        ),
    )


def _market() -> dict[str, Any]:
    return _section(
        "market",
        _texts("Le marché", "The market", "السوق"),
        _question(
            "customers",
            "long_text",
            _texts(
                "Qui achètera, et pourquoi chez vous ?",
                "Who will buy, and why from you?",
                "من سيشتري، ولماذا منكم؟",
            ),
            required=True,
            limit=2000,
            jurors=True,
        ),
        _question(
            "competitors",
            "long_text",
            _texts(
                "Qui fait déjà cela près de vous ?",
                "Who already does this nearby?",
                "من يقوم بهذا بالقرب منكم؟",
            ),
            limit=1500,
            jurors=True,
        ),
    )


def _budget() -> dict[str, Any]:
    return _section(
        "budget",
        _texts("Le budget", "The budget", "الميزانية"),
        ready_parts.budget_table(),
        ready_parts.quotations(),
    )


def _cash() -> dict[str, Any]:
    return _section(
        "cash",
        _texts("La trésorerie", "Cash flow", "الخزينة"),
        ready_parts.cash_flow_table(),
    )


def _results() -> dict[str, Any]:
    return _section(
        "results",
        _texts("Les résultats attendus", "Expected results", "النتائج المنتظرة"),
        _question(
            "monthly_turnover",
            "money",
            _texts(
                "Chiffre d’affaires attendu par mois",
                "Turnover expected a month",
                "رقم المعاملات المنتظر في الشهر",
            ),
            jurors=True,
        ),
        _question(
            "jobs",
            "number",
            _texts(
                "Emplois créés, le vôtre compris",
                "Jobs created, yours included",
                "مناصب الشغل بما فيها منصبكم",
            ),
            maximum=500,
            jurors=True,
        ),
    )
