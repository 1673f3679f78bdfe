"""XML parsed so that a file can neither expand entities nor reach anything outside itself."""

from lxml import etree

from realtime.formats.limits import MalformedInkError

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def parse_xml(content: bytes) -> etree._Element:
    """The root element of a document, in whichever encoding it says.

    libxml2's own bounds hold: 256 elements deep, and ten million bytes of text in one.

    Raises:
        MalformedInkError: it is not well-formed, cut short, beyond the bounds, or declares
            entities; names the line.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = f"line {error.lineno}" if error.lineno else ""
        reason = (error.msg or "").partition(", line ")[0] or "nothing is in it"
        raise MalformedInkError(f"is no XML, or cut short: {reason}", line) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise MalformedInkError("declares entities, which are not read", "<!DOCTYPE>")
    return root


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
