"""A strict content security policy for a page: nothing runs and nothing is drawn but what it was built with.

Inline scripts and style sheets are named by their hash. Styles and event handlers written at an element cannot be, so
they become classes of one style sheet and of one script in the head. What the policy allows beside that is in
``policy_allows``, by directive.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape, unescape

# A tag that has a style or a handler, by its first look; what is within quotation marks is told apart afterwards.
MARKED = re.compile(r"""<[a-zA-Z](?=[^<>]*\s(?:style|on[a-z]+)=)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
OPENING = re.compile(r"<([a-zA-Z][^\s/>]*)(.*)>", re.DOTALL)
ATTRIBUTE = re.compile(r"""\s+([^\s=>"'/]+)(?:=("([^"]*)"|'([^']*)'))?""")
CLASS = re.compile(r"""\sclass=("[^"]*"|'[^']*')""")
BLOCK = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL)
CHARSET = re.compile(r"<meta charset=[^>]*>")
DIRECTIVES: Mapping[str, Sequence[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'", "blob:"],
    "form-action": ["'self'"],
    "base-uri": ["'self'"],
}


def secured(html: str, allowed: Mapping[str, Sequence[str]]) -> str:
    """The page ``html`` with its policy in the head."""
    html = with_classes(html)
    hashes: dict[str, dict[str, None]] = {"script-src": {}, "style-src": {}}
    for kind, attributes, code in BLOCK.findall(html):
        data = "json" in attributes or "src=" in attributes
        if not data and code:
            hashes[f"{kind}-src"][digest(code)] = None
    directives = []
    for name in dict.fromkeys([*DIRECTIVES, *allowed]):
        sources = [*DIRECTIVES.get(name, ()), *allowed.get(name, ()), *hashes.get(name, ())]
        directives.append(f"{name} {' '.join(sources)}")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape("; ".join(directives))}" />'
    return CHARSET.sub(lambda match: f"{match[0]}\n    {meta}", html, count=1)


def digest(code: str) -> str:
    """How a policy names an inline script or style sheet."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def with_classes(html: str) -> str:
    """The page with the styles of elements as classes and their event handlers as one script, equal on every build.

    The classes outrank all others, as the styles did.
    """
    styles: dict[str, str] = {}
    handlers: dict[tuple[str, str], str] = {}

    def change(match: re.Match[str]) -> str:
        name, attributes = OPENING.fullmatch(match[0]).groups()  # type: ignore[union-attr]
        classes: list[str] = []
        kept = []
        for attribute in ATTRIBUTE.finditer(attributes):
            key, value = attribute[1], unescape(attribute[3] or attribute[4] or "")
            if key == "style":
                declared = value.strip().rstrip(";")
                classes += [styles.setdefault(declared, f"s{len(styles) + 1}")] if declared else []
            elif key.startswith("on"):
                marks = handlers.setdefault((key[2:], value), f"h{len(handlers) + 1}")
                classes.append(marks)
            else:
                kept.append(attribute[0])
        if len(kept) == len(ATTRIBUTE.findall(attributes)):
            return match[0]
        end = "/>" if attributes.rstrip().endswith("/") else ">"
        written = "".join(kept)
        if classes:
            own = CLASS.search(written)
            added = " ".join(classes)
            written = (
                f"{written[: own.end() - 1]} {added}{written[own.end() - 1 :]}" if own else f'{written} class="{added}"'
            )
        return f"<{name}{written}{end}"

    parts = re.split(r"(<(?:script|style)\b.*?</(?:script|style)>|<!--.*?-->)", html, flags=re.DOTALL)
    html = "".join(part if index % 2 else MARKED.sub(change, part) for index, part in enumerate(parts))
    added = ""
    if styles:
        rules = "".join(f"{f'.{name}' * 4}{{{declared}}}" for declared, name in styles.items())
        added += f"<style>{rules}</style>\n"
    if handlers:
        lines = (
            f'for (const each of document.getElementsByClassName("{name}")) '
            f'each.addEventListener("{event}", function (event) {{ {code} }});'
            for (event, code), name in handlers.items()
        )
        added += '<script type="module">' + "\n".join(lines) + "</script>\n"
    return html.replace("</head>", f"{added}</head>", 1) if added else html
