# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the built site loads nothing from another host, and that its links to itself are not broken.

Usage: check_site.py <html folder>

Links to other sites are allowed. This tool cannot see the requests of scripts; `make screens` checks those.
"""

import html.parser
import pathlib
import re
import sys
import urllib.parse

LOADING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""The attributes whose addresses a browser loads without a click."""

ONLY_LINKS = {"alternate", "author", "canonical", "help", "index", "license", "next", "prev", "search"}
"""Relations of a <link> element that a browser does not load."""

CSS_ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""")
ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class Page(html.parser.HTMLParser):
    """The addresses that a page loads, the addresses that it links to, and its anchors."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.anchors = [], [], {""}
        self.in_style = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.in_style = tag == "style"
        self.anchors.update(values[name] for name in ("id", "name") if name in values)
        for name in LOADING.get(tag, ()):
            # A srcset is a list of addresses, each with a size.
            self.loads += [part.split()[0] for part in values.get(name, "").split(",") if part.strip()]
        if tag == "link" and not ONLY_LINKS.issuperset(values.get("rel", "").lower().split()):
            self.loads.append(values.get("href", ""))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        self.loads += CSS_ADDRESS.findall(values.get("style", ""))

    def handle_data(self, data):
        if self.in_style:
            self.loads += CSS_ADDRESS.findall(data)

    def handle_endtag(self, tag):
        self.in_style = False


def resolve(folder, file, address):
    """Return the file and the anchor to which a link leads, or None if it leads to another site."""
    parts = urllib.parse.urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    path = urllib.parse.unquote(parts.path)
    target = (folder / path.lstrip("/") if path.startswith("/") else file.parent / path).resolve() if path else file
    return target, urllib.parse.unquote(parts.fragment)


def problems(folder):
    """Yield a sentence for each problem of a site."""
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))}
    if not pages:
        yield f"{folder}: contains no page"
    for file, page in pages.items():
        name = file.relative_to(folder)
        for address in filter(ELSEWHERE.match, page.loads):
            yield f"{name}: loads {address}"
        for address in page.links:
            found = resolve(folder, file, address)
            if found is None:
                continue
            target, anchor = found
            if not target.is_file():
                yield f"{name}: links to {address}, which does not exist"
            elif target in pages and anchor not in pages[target].anchors:
                yield f"{name}: links to {address}, but that page has no such anchor"
    for file in sorted(folder.rglob("*.css")):
        for address in filter(ELSEWHERE.match, CSS_ADDRESS.findall(file.read_text(encoding="utf-8"))):
            yield f"{file.relative_to(folder)}: loads {address}"


def main():
    found = list(problems(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
