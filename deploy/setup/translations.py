"""Decides whether every text for people is translated, and brings new texts into the catalogues.

    python deploy/setup/translations.py collect|check

Catalogues carry no places, dates or program names: they change when a text does.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "translations"
TARGETS = ("de",)  # English is the source
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "mark": None,
    "translate": (2,),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "translate_plural": (2, 3),
    "counted": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SKIPPED = {"node_modules", "tests", "bench", "deploy", "migrations", "static"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def catalogue_file(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def sources() -> Catalog:
    """Collect every marked text of the product."""
    with (CATALOGUES / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8", fuzzy=False)
    for _file, _line, message, _comments, context in extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=KEYWORDS,
        strip_comment_tags=True,
        directory_filter=lambda folder: (
            not (
                Path(folder).name.startswith((".", "_"))
                or (Path(folder).parent == ROOT and Path(folder).name in SKIPPED)
            )
        ),
    ):
        found.add(message, context=context)
    return found


def read(language: str) -> Catalog:
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def collect() -> None:
    """Bring new texts into each catalogue, untranslated, and take out those that are no longer used."""
    template = sources()
    for language in TARGETS:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        body = io.BytesIO()
        write_po(body, catalogue, no_location=True, omit_header=True, sort_output=True, width=100)
        head = "\n".join(
            (
                'msgid ""',
                'msgstr ""',
                f'"Language: {language}\\n"',
                '"MIME-Version: 1.0\\n"',
                '"Content-Type: text/plain; charset=utf-8\\n"',
                '"Content-Transfer-Encoding: 8bit\\n"',
                f'"Plural-Forms: {catalogue.plural_forms}\\n"',
            )
        )
        path = catalogue_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")
        print(
            f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(list(faults(language, template)))} to do"
        )


def faults(language: str, template: Catalog) -> Iterator[str]:
    """Tell each text that is not, no longer or wrongly translated."""
    catalogue = read(language)
    for message in template:
        if not message.id:
            continue
        translated = catalogue.get(_first(message.id), message.context)
        shown = f"{language}: {_first(message.id)!r}"
        if translated is None:
            yield f"{shown} is not in the catalogue (make translations)"
        elif translated.fuzzy:
            yield f"{shown} is marked as fuzzy, so it is not used"
        elif not all(_forms(translated)):
            yield f"{shown} is not translated"
        elif wrong := _unknown_placeholders(translated):
            yield f"{shown}: its translation has other placeholders: {', '.join(sorted(wrong))}"
    for message in catalogue:
        if message.id and template.get(_first(message.id), message.context) is None:
            yield f"{language}: {_first(message.id)!r} is no longer used (make translations)"


def _first(text: object) -> str:
    return str(text[0]) if isinstance(text, list | tuple) else str(text)


def _forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, list | tuple) else [str(message.string)]


def _unknown_placeholders(message: Message) -> set[str]:
    """Placeholders that only one side has; one form of a plural may leave the number out."""
    sides = message.id if isinstance(message.id, list | tuple) else [message.id]
    expected = {name for side in sides for name in PLACEHOLDER.findall(str(side))}
    said = {name for form in _forms(message) for name in PLACEHOLDER.findall(form)}
    return expected ^ said


def check() -> list[str]:
    template = sources()
    return [fault for language in TARGETS for fault in faults(language, template)]


def main(arguments: list[str]) -> int:
    if arguments == ["collect"]:
        collect()
        return 0
    if arguments == ["check"]:
        found = check()
        print("\n".join(found) if found else "Every text is translated.")
        return 1 if found else 0
    print("usage: translations.py collect|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
