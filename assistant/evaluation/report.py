"""An `Evaluation` or a `Calibration` → lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assistant.evaluation import Calibration, Evaluation
from assistant.evaluation.broad import BroadEvaluation
from assistant.evaluation.metrics import Difference, Measure
from assistant.i18n import Language, count, say

#: What the table by kind shows, each column the first of these that the kind has.
_BY_KIND = (
    ("evaluation.short_recall_1", ("evidence_recall_1", "place_recall_1", "document_recall_1")),
    ("evaluation.short_recall_3", ("evidence_recall_3", "place_recall_3", "document_recall_3")),
    ("evaluation.short_quoted", ("quoted",)),
    ("evaluation.short_right_first", ("right_first",)),
    ("evaluation.short_answered", ("answered",)),
    ("evaluation.short_refused", ("answerable_refused",)),
    ("evaluation.short_declined", ("declined",)),
    ("evaluation.short_claimed_wrong", ("claimed_wrong",)),
)
#: Documents named when some are not indexed.
_SHOWN = 5


def evaluation_lines(found: Evaluation, language: Language = "fr") -> Iterator[str]:
    """Yield an evaluation: its measures, those of each kind, and how it differs."""
    yield say(
        "evaluation.heading",
        language,
        questions=count("evaluation.questions", found.questions, language),
        answerable=found.answerable,
        generation=found.generation,
        threshold=_number(found.answer_threshold, language, 2),
    )
    if found.unknown:
        yield count(
            "evaluation.unknown", len(found.unknown), language,
            documents=", ".join(found.unknown[:_SHOWN]),
        )  # fmt: skip
    yield ""
    yield from _table(
        [_names(language)]
        + [
            _measure(measure, language)
            for measure in found.measures
            if measure.value or not _idle(measure.name)
        ]
    )
    yield ""
    yield say(
        "evaluation.seconds",
        language,
        median=_number(1000 * found.seconds_median, language, 0),
        p95=_number(1000 * found.seconds_p95, language, 0),
    )
    if found.kinds:
        yield ""
        yield from _table([*_by_kind(found, language)])
    if found.comparison:
        yield ""
        yield count("evaluation.compared", found.comparison.questions, language)
        yield from _differences(found.comparison.differences, language)
        yield say(
            "evaluation.seconds_compared",
            language,
            before=_number(1000 * found.comparison.seconds_before, language, 0),
            after=_number(1000 * found.comparison.seconds_after, language, 0),
        )


def broad_lines(found: BroadEvaluation, language: Language = "fr") -> Iterator[str]:
    """Yield how broad questions were answered: the measures, and those of each kind."""
    yield say(
        "evaluation.heading_broad",
        language,
        questions=count("evaluation.questions", found.questions, language),
        answerable=found.answerable,
        generation=found.generation,
    )
    yield ""
    yield from _table(
        [_names(language), *(_measure(measure, language) for measure in found.measures)]
    )
    for kind, measures in found.kinds.items():
        yield ""
        yield kind
        yield from _table(
            [_names(language), *(_measure(measure, language) for measure in measures)]
        )


def calibration_lines(
    found: Calibration, *, in_use: bool, language: Language = "fr"
) -> Iterator[str]:
    """Yield what a calibration brought, and how to use it or go back."""
    yield say(
        "evaluation.calibrated",
        language,
        questions=count("evaluation.questions", found.questions, language),
        answerable=found.answerable,
        threshold=_number(found.answer_threshold, language, 2),
    )
    yield from _differences(found.differences, language)
    (auroc,) = (difference for difference in found.differences if difference.name == "auroc")
    if auroc.difference <= 0:
        yield say("evaluation.no_better", language)
    yield say(
        "evaluation.threshold",
        language,
        threshold=_number(found.threshold_at_90, language, 2),
    )
    yield ""
    yield say("evaluation.written", language, path=found.path)
    use = "evaluation.in_use" if in_use else "evaluation.use"
    yield say(use, language, path=Path(found.path).resolve())
    yield say("evaluation.undo", language)


# --- Rows --------------------------------------------------------------------------------------


def _names(language: Language) -> list[str]:
    """Return what stands above the columns of measures."""
    names = ("measure", "value", "interval", "number")
    return [say(f"evaluation.{name}", language) for name in names]


def _measure(measure: Measure, language: Language) -> list[str]:
    value = _number(measure.value, language)
    return [
        say(f"evaluation.{measure.name}", language),
        value,
        _interval(measure.low, measure.high, language),
        str(measure.number),
    ]


def _by_kind(found: Evaluation, language: Language) -> Iterator[list[str]]:
    columns = ("evaluation.kind", "evaluation.number", *(key for key, _ in _BY_KIND))
    yield [say(key, language) for key in columns]
    for kind, measures in found.kinds.items():
        named = {measure.name: measure for measure in measures}
        asked = sum(named[one].number for one in ("answered", "declined") if one in named)
        row = [kind, str(asked)]
        for _, wanted in _BY_KIND:
            one = next((named[name] for name in wanted if name in named), None)
            row.append(_cell(one, language) if one else "")
        yield row


def _cell(measure: Measure, language: Language) -> str:
    value, interval = (
        _number(measure.value, language, 2),
        _interval(measure.low, measure.high, language, 2),
    )
    return f"{value} {interval}".rstrip()


def _differences(found: Iterable[Difference], language: Language) -> Iterator[str]:
    names = ("measure", "before", "after", "difference", "interval", "p")
    yield from _table(
        [[say(f"evaluation.{name}", language) for name in names]]
        + [
            [
                say(f"evaluation.{one.name}", language),
                _number(one.before, language),
                _number(one.after, language),
                _number(one.difference, language, sign="+"),
                _interval(one.low, one.high, language, sign="+"),
                _number(one.p, language),
            ]
            for one in found
            if one.before or one.after or not _idle(one.name)
        ]
    )


def _idle(name: str) -> bool:
    """Tell whether a measure says nothing where it is 0: no answer is a "perhaps"."""
    return name.endswith("_perhaps")


def _interval(
    low: float | None, high: float | None, language: Language, digits: int = 3, sign: str = ""
) -> str:
    if low is None or high is None:
        return ""
    ends = (_number(one, language, digits, sign) for one in (low, high))
    return "[" + " ; ".join(ends) + "]"


def _number(value: float, language: Language, digits: int = 3, sign: str = "") -> str:
    text = f"{value:{sign}.{digits}f}"
    return text.replace(".", ",") if language == "fr" else text


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows in columns as wide as their widest cell: the first to the left, others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "   ".join([first, *others]).rstrip()
