"""Preload links for JavaScript modules: HTML pages that name all modules their scripts import.

A browser learns of a module's imports only once it has the module, which costs one round trip for
each level of the import graph; `<link rel="modulepreload">` spares a page all but the first
(https://html.spec.whatwg.org/multipage/links.html#link-type-modulepreload).
"""

import posixpath
import re
from collections.abc import Mapping

# Static imports and re-exports only: what `import()` loads is wanted later, if at all. A minifier
# may have removed the space before the quotation mark.
_IMPORT = re.compile(r'\b(?:import|from)\s*"(\.{1,2}/[^"]+)"')
_MODULE_SCRIPT = re.compile(r'<script type="module" src="([^"]+)"></script>\n')


def with_module_preloads(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a site with preload links in its HTML pages.

    The links follow the last module script of a page, in breadth-first order of the imports: the
    order in which a browser would have found the modules.

    Args:
        contents: bytes of each file by its path, as in "page/main.js".

    Raises:
        KeyError: a module that is imported is missing.
    """
    return {
        name: _with_links(name, content, contents) if name.endswith(".html") else content
        for name, content in contents.items()
    }


def _with_links(page: str, content: bytes, contents: Mapping[str, bytes]) -> bytes:
    html = content.decode()
    scripts = list(_MODULE_SCRIPT.finditer(html))
    if not scripts:
        return content
    folder = posixpath.dirname(page)
    roots = [posixpath.normpath(posixpath.join(folder, script[1])) for script in scripts]
    links = "".join(
        f'<link rel="modulepreload" href="{posixpath.relpath(module, folder or ".")}">\n'
        for module in _imported_modules(roots, contents)
    )
    end = scripts[-1].end()
    return (html[:end] + links + html[end:]).encode()


def _imported_modules(roots: list[str], contents: Mapping[str, bytes]) -> list[str]:
    """All modules that the roots import, directly or not, nearest first, without the roots."""
    found = list(roots)
    # The list grows while it is iterated over, which makes this a breadth-first search.
    for module in found:
        for path in _IMPORT.findall(contents[module].decode()):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(module), path))
            if imported not in found:
                found.append(imported)
    return found[len(roots) :]
