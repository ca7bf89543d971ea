"""What a person may be allowed to do with customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.staff.permissions import Permission

VIEW = Permission("customers.view", _("See customers"))
REVEAL = Permission("customers.reveal", _("See masked values of customers in full"))
REGISTER = Permission("customers.register", _("Register and change customers"))
GRADE = Permission("customers.grade", _("Grade customers"))
IMPORT = Permission("customers.import", _("Import customers from files"))
SEARCH_LAST_FOUR = Permission(
    "customers.search_last_four", _("Find customers by the last four digits of a number")
)

ALL: tuple[Permission, ...] = (VIEW, REVEAL, REGISTER, GRADE, IMPORT, SEARCH_LAST_FOUR)
