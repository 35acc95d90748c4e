from django.apps import AppConfig


class MachineConfig(AppConfig):
    name = "tests.machine"
    label = "testmachine"
