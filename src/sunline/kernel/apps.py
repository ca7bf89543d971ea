"""The kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Registers the kernel's tables."""

    name = "sunline.kernel"
    label = "kernel"
