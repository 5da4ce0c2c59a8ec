"""Tags of a PDF: which words are a heading, a paragraph, a cell."""

from __future__ import annotations

from collections.abc import Sequence

from reports.rendering.pdf_file import File, Raw, utf16


class Tags:
    """The tree that tells a screen reader what is a heading, a paragraph, a table (ISO 32000-1 §14.7)."""

    def __init__(self, pdf: File) -> None:
        """Begin the tree in ``pdf``."""
        self.pdf = pdf
        self.root = pdf.add()
        self.top = pdf.add()
        self.children: dict[int, list[int]] = {int(self.top.number): []}
        self.known: dict[tuple[object, ...], tuple[Raw, str, int]] = {}
        self.places: dict[int, list[tuple[int, int]]] = {}
        self.more: dict[int, str] = {}
        self.on_pages: list[list[int]] = []
        self.page = 0

    def begin(self, page: int) -> None:
        """Begin a page; ``page`` is the number of its object."""
        self.page = page
        self.on_pages.append([])

    def add(self, tag: str, key: tuple[int, ...], mark: int) -> None:
        """Note that the words ``mark`` of this page belong to the element ``key``; cells bring their row and table with them."""
        parent = int(self.top.number)
        if tag in {"TH", "TD"}:
            table = self._element("Table", (key[0], "table"), parent)
            parent = self._element("TR", (*key[:2], "row"), table)
        number = self._element(tag, key, parent)
        self.places.setdefault(number, []).append((self.page, mark))
        self.on_pages[-1].append(number)

    def describe(self, key: tuple[int, ...], words: str, box: tuple[float, float, float, float]) -> None:
        """Say in words what the picture ``key`` shows, and where on its page it stands (left, lower, right, upper)."""
        place = " ".join(f"{value:.2f}" for value in box)
        self.more[int(self.known[key][0].number)] = f"/Alt{utf16(words)}/A<</O/Layout/Placement/Block/BBox[{place}]>>"

    def _element(self, tag: str, key: tuple[object, ...], parent: int) -> int:
        if key not in self.known:
            made = self.pdf.add()
            self.known[key] = made, tag, parent
            self.children.setdefault(parent, []).append(int(made.number))
        return int(self.known[key][0].number)

    def finish(self, pages: Sequence[int]) -> None:
        """Write the tree."""
        for made, tag, parent in self.known.values():
            number = int(made.number)
            places, inside = self.places.get(number, []), self.children.get(number, [])
            text = f"<</Type/StructElem/S/{tag}/P {parent} 0 R"
            if tag == "TH":
                text += "/A<</O/Table/Scope/Column>>"
            text += self.more.get(number, "")
            if len(places) == 1:
                text += f"/Pg {places[0][0]} 0 R/K {places[0][1]}"
            elif places:
                text += "/K[" + "".join(f"<</Type/MCR/Pg {page} 0 R/MCID {mark}>>" for page, mark in places) + "]"
            else:
                text += "/K[" + " ".join(f"{child} 0 R" for child in inside) + "]"
            made.text = text + ">>"
        kids = " ".join(f"{child} 0 R" for child in self.children[int(self.top.number)])
        self.top.text = f"<</Type/StructElem/S/Document/P {self.root.number} 0 R/K[{kids}]>>"
        lists = "".join(f"{index}[{' '.join(f'{number} 0 R' for number in numbers)}]" for index, numbers in enumerate(self.on_pages))
        self.root.text = f"<</Type/StructTreeRoot/K[{self.top.number} 0 R]/ParentTree<</Nums[{lists}]>>/ParentTreeNextKey {len(pages)}>>"
        self.pdf.pdf.catalog["StructTreeRoot"] = self.root.reference
