"""XML parsed so that a file can neither expand entities nor reach anything outside itself."""

from lxml import etree

from realtime.formats.file_content import decode_text
from realtime.formats.limits import MalformedInkError

# CROHME's files have `xml:id="7"`, which is no name, and some have one name twice.
_HARMLESS = ("DTD_XMLID_VALUE", "DTD_ID_REDEFINED", "DTD_ID_SUBSET")
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def parse_xml(content: bytes) -> etree._Element:
    """The root element of a document, in whichever encoding it says.

    libxml2's own bounds hold: 256 elements deep, and ten million bytes of text in one.

    Raises:
        MalformedInkError: it is not well-formed, cut short, beyond the bounds, or declares
            entities; names the line.
    """
    if 0 in content[:2]:
        # libxml2 knows UTF-16 by its mark, or by the declaration that it has to have without one.
        content = decode_text(content).encode("utf-16")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        # Its log says what was wrong, and only what does not matter is let pass.
        recover=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(error.msg, error.lineno) from error
    for entry in parser.error_log:
        if entry.type_name not in _HARMLESS:
            raise _refused(entry.message, entry.line)
    if root is None:
        raise _refused("there is no element", 0)
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise MalformedInkError("declares entities, which are not read", "<!DOCTYPE>")
    return root


def _refused(reason: str | None, line: int) -> MalformedInkError:
    place = f"line {line}" if line else ""
    return MalformedInkError(f"is no XML, or cut short: {(reason or '').strip()}", place)


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The child elements of these names, whatever their namespace."""
    return [child for child in element.iterchildren("*") if local_name(child) in names]


def identity(element: etree._Element) -> str:
    """The `xml:id` or `id` of an element; "" where it has none."""
    return str(element.get(_XML_ID) or element.get("id") or "")


def reference(element: etree._Element, attribute: str) -> str:
    """What an attribute refers to within the document, with or without its `#`; "" for nothing."""
    return str(element.get(attribute, "")).strip().removeprefix("#")


def text_of(element: etree._Element) -> str:
    """All text within an element."""
    return "".join(str(part) for part in element.itertext())


def place_of(element: etree._Element) -> str:
    """Where an element stands, for errors: its line, name and identity."""
    name = identity(element)
    shown = f'<{local_name(element)} id="{name}">' if name else f"<{local_name(element)}>"
    return f"line {element.sourceline}, {shown}"
