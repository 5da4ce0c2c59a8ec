"""Choosing one organization out of many by searching."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.safestring import SafeString, mark_safe

from units.typed import key_of


class OrganizationPicker(forms.Widget):
    """A search field with a list of hits; sends the primary key. The field's queryset decides what may be chosen, not the list.

    Pages put ``{{ form.media }}`` into their ``scripts`` block.
    """

    template_name = "units/widgets/organization_picker.html"
    search_url = reverse_lazy("units:organization_search")

    def __init__(self, attrs: dict[str, Any] | None = None, *, scope: str = "") -> None:
        """``scope`` is passed to the search: ``writable`` lists only organizations that the user may change."""
        self.scope = scope
        super().__init__(attrs)
        self.choices: Any = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> OrganizationPicker:
        copy = super().__deepcopy__(memo)
        copy.choices = self.choices
        return copy

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the chosen organization itself, so that the page can name it."""
        context = super().get_context(name, value, attrs)
        queryset = getattr(self.choices, "queryset", None)
        pk = key_of(value)
        chosen = queryset.filter(pk=pk).first() if queryset is not None and pk is not None else None
        context["widget"].update(chosen=chosen, search_url=str(self.search_url), scope=self.scope)
        return context

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002 -- Django's
        """Render with the site's templates; Django's form renderer looks only into its own."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["css/picker.css"]}
        js: ClassVar[list[Any]] = [forms.Script("js/picker.js", type="module")]
