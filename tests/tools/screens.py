# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open every page of the built site in Chromium, on a phone and on a desktop, in the light and the dark theme.

Usage: screens.py <chromium> <html folder> <folder for screenshots>

A page fails if it scrolls horizontally, if it requests something from another host, or if one of its scripts fails.
Figures, code blocks and tables other than option tables may scroll inside themselves. The search must find something.
"""

import contextlib
import functools
import http.server
import pathlib
import shutil
import sys
import threading

from playwright import sync_api

WIDTHS = {"phone": 390, "desktop": 1280}
THEMES = ("light", "dark")

TALLEST = 2000
"""Pixels of a page that a screenshot shows: the upper part of a long page is enough to judge it."""

MAY_SCROLL = "pre, .table-wrapper:not(.ansible-option-table), figure, .visually-hidden"
"""The elements that may scroll. All others are checked, not only the window, because the theme lets the text of a page
scroll on a phone."""

TOO_WIDE = """
(mayScroll) => {
  const page = document.scrollingElement;
  const scrolls = (element) => element === page || getComputedStyle(element).overflowX !== "visible";
  const scroller = (element) => {
    do {
      element = element.parentElement;
    } while (element !== page && !scrolls(element));
    return element;
  };
  const name = (element) => {
    const classes = [...element.classList].map((word) => "." + word).join("");
    const text = element.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
    return `<${element.localName}${element.id && "#" + element.id}${classes}> "${text}"`;
  };
  const all = [...document.body.querySelectorAll("*")];
  const wide = [page, ...all].filter(
    (box) => scrolls(box) && box.clientWidth && box.scrollWidth > box.clientWidth && !box.closest(mayScroll)
  );
  return wide.map((box) => {
    const edge = box.getBoundingClientRect().left + box.clientWidth + 0.5;
    const outside = all.filter((element) => element.getBoundingClientRect().right > edge && scroller(element) === box);
    const innermost = outside.filter((one) => !outside.some((other) => other !== one && one.contains(other)));
    return `${name(box)} has ${box.scrollWidth} pixels in ${box.clientWidth}: ${innermost.slice(0, 3).map(name)}`;
  });
}
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


@contextlib.contextmanager
def serve(folder):
    """Serve the site on loopback, because the search of the site reads pages over HTTP; return its address."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def problems_of_views(page, name, target):
    """Show a page, which is open, in each width and theme and take screenshots; yield a sentence for each problem."""
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 844})
        for too_wide in page.evaluate(TOO_WIDE, MAY_SCROLL):
            yield f"scrolls horizontally on a {device}: {too_wide}"
        height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(
                path=target / f"{name.replace('/', '-')}.{device}-{theme}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": height},
            )


def problems_of_site(browser, folder, target):
    """Open all pages; return a sentence for each problem."""
    found, problems = [], []
    with serve(folder) as address:
        context = browser.new_context()
        page = context.new_page()

        def refuse(route):
            problems.append(f"requests {route.request.url}")
            route.abort()

        context.route(lambda url: not url.startswith((address, "data:", "blob:")), refuse)
        page.on("pageerror", lambda error: problems.append(f"a script fails: {error}"))
        for file in sorted(folder.rglob("*.html")):
            name = file.relative_to(folder).as_posix()
            page.goto(address + name + ("?q=endpoint" if name == "search.html" else ""))
            if name == "search.html":
                try:
                    page.wait_for_selector("#search-results li", timeout=10_000)
                except sync_api.TimeoutError:
                    problems.append("a search for endpoint finds nothing")
            problems += problems_of_views(page, name.removesuffix(".html"), target)
            found += [f"{name}: {problem}" for problem in problems]
            problems.clear()
        context.close()
    return found


def main():
    chromium, *folders = sys.argv[1:]
    folder, target = (pathlib.Path(name).resolve() for name in folders)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        problems = problems_of_site(browser, folder, target)
        browser.close()
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    shots = len(list(target.iterdir()))
    if not shots:
        sys.exit(f"{folder}: contains no page")
    print(f"{shots} screenshots are in {target}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
