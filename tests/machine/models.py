from django.db import models

from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.history import data_guard
from workflow.states import BLOCKED, DOING, DONE, WAITING


class LanternState(models.TextChoices):
    DARK = "dark", "Dark"
    LIT = "lit", "Lit"
    BRIGHT = "bright", "Bright"
    BROKEN = "broken", "Broken"


class LanternQuerySet(models.QuerySet["Lantern"]):
    def visible_to(self, user):
        return self.filter(keeper=user.pk)


def there_is_oil(record, actor, data):
    return None if record.oil else "There is no oil."


@data_guard
def flame_is_positive(record, actor, data):
    if data is not None and data.get("flame", 1) < 1:
        return "A flame is at least 1."
    return None


class Lantern(StateModel):
    MAIN_PATH = ("dark", "lit", "bright")
    MEANINGS = {"dark": WAITING, "lit": DOING, "bright": DONE, "broken": BLOCKED}

    name = models.CharField(max_length=20)
    keeper = models.IntegerField(default=0)
    house = models.CharField(max_length=20, blank=True)
    oil = models.IntegerField(default=1)
    lit_times = models.IntegerField(default=0)
    neighbour = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    state = StateField(default=LanternState.DARK, choices=LanternState.choices)

    objects = LanternQuerySet.as_manager()

    class Meta:
        app_label = "testmachine"
        constraints = [known_states("testmachine_lantern", LanternState)]

    def __str__(self):
        return self.name

    @property
    def stream(self):
        return f"house:{self.house}" if self.house else super().stream

    def get_absolute_url(self):
        return f"/lanterns/{self.pk}/"

    @transition(
        source="dark",
        target="lit",
        label="Light",
        done="Lit",
        guards=[there_is_oil, flame_is_positive],
        facts=("flame",),
        locks=lambda record, data: [record.neighbour.stream] if record.neighbour_id else [],
    )
    def light(self, firing: Firing) -> None:
        self.oil -= 1
        self.lit_times += 1
        Spark.objects.create(lantern=self)

    @transition(source=("lit", "bright"), target=("lit", "bright"), label="Turn", done="Turned")
    def turn(self, firing: Firing) -> str:
        return "bright" if firing.source == "lit" else "lit"

    @transition(source=("lit", "bright"), target="dark", label="Put out", done="Put out", reason=True)
    def put_out(self, firing: Firing) -> None:
        pass

    @transition(
        source=("dark", "lit"), target="broken", label="Break", done="Broken", reason=True, second_person=True
    )
    def break_(self, firing: Firing) -> None:
        pass

    @transition(source="broken", target="dark", label="Mend", done="Mended")
    def mend(self, firing: Firing) -> None:
        pass


class Spark(models.Model):
    """What lighting creates: a raced double press shows as two sparks."""

    lantern = models.ForeignKey(Lantern, on_delete=models.PROTECT, related_name="sparks")

    class Meta:
        app_label = "testmachine"

    def __str__(self):
        return str(self.pk)
