"""The control words of RTF, by what they mean to a reader of its text."""

from __future__ import annotations

#: Groups whose text is none of the document's.
SKIPPED = frozenset(
    """fonttbl colortbl pict nonesttables
    listtable listoverridetable themedata datastore latentstyles rsidtbl generator xmlnstbl fldinst
    ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn bkmkstart bkmkend annotation atnid atnauthor
    atrfstart atrfend shprslt nonshppict tc xe filetbl revtbl private mmathPr txe
    pnseclvl sp background template docvar userprops colorschememapping comment operator creatim
    revtim printim buptim company manager category keywords doccomm hlinkbase subject""".split()
)
#: What stands before the item of a list, and when that is a number: "Article 3", "2.1.", "b)".
LABELS = frozenset({"listtext", "pntext"})
#: Groups that stand apart from the sentence where they are anchored.
APART = frozenset({"footnote", "shptxt", "dptxbxtext"})
#: Headers and footers of the pages; those of a first page where the document says so.
MARGINS = frozenset("header headerl headerr footer footerl footerr".split())
FIRST_MARGINS = frozenset({"headerf", "footerf"})
#: Starred, for old programs to leave out, and shown all the same.
SHOWN = frozenset({"shpinst", "do", "moMath", "moMathPara", *APART})
#: What is said of the document, and not in it.
INFO = frozenset({"title", "author", "objclass"})
CHARACTERS = {
    "tab": "\t", "line": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emdash": "—", "endash": "–", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
SYMBOLS = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
ENDS = frozenset({"par", "sect", "page", "pagebb"})
