"""Forms for the tasks of the catalog: from an argument model to fields, and from what a user
typed back to arguments that the model accepts."""

from desktop_app.services.forms.fields import Field, Kind, fields
from desktop_app.services.forms.reading import Checked, check, texts_of

__all__ = ["Checked", "Field", "Kind", "check", "fields", "texts_of"]
