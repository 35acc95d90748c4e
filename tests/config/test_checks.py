"""The checks find what they are there for: each planted fault is named, and sound input passes."""

import shutil

import pytest

from scripts import check_templates, check_translations, vendor

PO = """msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Grant"
msgstr "{grant}"

{flags}
msgid "%(count)s visit"
msgid_plural "%(count)s visits"
msgstr[0] "%(count)s visite"
msgstr[1] "{plural}"
"""


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Write locale/fr from the template above, compiled, in a folder of its own."""
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    monkeypatch.setattr(check_translations, "ROOT", tmp_path)

    def write(grant="Subvention", plural="%(count)s visites", flags="#, python-format"):
        path = folder / "django.po"
        path.write_text(PO.format(grant=grant, plural=plural, flags=flags), encoding="utf-8")
        compiled = check_translations.compile_(check_translations.read(path))
        path.with_suffix(".mo").write_bytes(compiled)
        return path

    return write


def test_a_complete_and_fresh_catalogue_passes(catalogue):
    assert check_translations.faults(catalogue()) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"grant": ""}, "not translated: 'Grant'"),
        ({"plural": ""}, "not translated: '%(count)s visit'"),
        ({"plural": "%(number)s visites"}, "unknown named placeholder"),
        ({"flags": "#, fuzzy, python-format"}, "fuzzy: '%(count)s visit'"),
    ],
)
def test_a_fault_in_a_catalogue_is_named(catalogue, change, sentence):
    found = check_translations.faults(catalogue(**change))
    assert any(sentence in fault for fault in found), found


def test_a_catalogue_that_was_not_compiled_again_is_stale(catalogue):
    path = catalogue()
    path.write_text(path.read_text(encoding="utf-8").replace("Subvention", "Appui"), encoding="utf-8")
    assert check_translations.faults(path) == [
        "locale/fr/LC_MESSAGES/django.po: the compiled file is stale: run make messages"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "<script>go()</script>",
        '<p style="color: red">',
        '<a onclick="go()">',
        '<a hx-on:click="go()">',
        "<style>p {}</style>",
        '<img src="//cdn.example.org/a.png">',
        "{{ text|safe }}",
        "{{ order.executed_on|date:'d/m/Y' }}",
    ],
)
def test_a_template_that_the_content_policy_would_block_is_found(line):
    found = list(check_templates.faults_in(f"<p>\n{line}\n", check_templates.TEMPLATE_FAULTS))
    assert [number for number, _sentence in found] == [2]


def test_a_sound_template_passes():
    text = """<script src="{% static 'js/forms.js' %}" defer></script>
        {# style="x" #}<p class="on">on time</p><input type="date" value="{{ day|date:'Y-m-d' }}">"""
    assert list(check_templates.faults_in(text, check_templates.TEMPLATE_FAULTS)) == []


@pytest.mark.parametrize(
    "line", ["margin-left: 1px;", "right: 0;", "text-align: left;", "border-top-left-radius: 2px;"]
)
def test_a_style_that_breaks_right_to_left_pages_is_found(line):
    assert list(check_templates.faults_in(f"p {{ {line} }}", check_templates.STYLE_FAULTS))


def test_logical_styles_pass():
    text = (
        "p { margin-inline-start: 1px; inset-inline-end: 0; text-align: start; --row-right: 2; }/* left: 0 */"
    )
    assert list(check_templates.faults_in(text, check_templates.STYLE_FAULTS)) == []


@pytest.mark.long
def test_vendored_files_are_what_was_pinned_and_a_changed_byte_is_found(tmp_path):
    manifest = vendor.read_manifest()
    assert vendor.faults(manifest) == []
    for name in [*manifest["files"], "scripts/icons.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(vendor.ROOT / name, tmp_path / name)
    changed = tmp_path / "static/vendor/bootstrap/bootstrap.min.css"
    changed.write_bytes(changed.read_bytes() + b" ")
    (tmp_path / "documents/fonts/Other.ttf").write_bytes(b"")
    found = vendor.faults(manifest, tmp_path)
    assert any("bootstrap.min.css is not the file that was pinned" in fault for fault in found)
    assert any("documents/fonts/Other.ttf lies among vendored files" in fault for fault in found)
