"""Fit the gate that ships with the package, or measure: `assistant evaluate` and `calibrate`.

python -m bench.questions QUESTIONS.jsonl --corpus CORPUS --index INDEX [--prefix EVENT/]
    [--fit assistant/data/gate.json --fitted-on "what the questions are"]

`--fit` fits the gate to these questions; what it reports is cross-validated, each fold (of five,
by title) being judged by a gate fitted on the four others.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.core import Assistant
from assistant.evaluation import calibrate, evaluate
from assistant.evaluation.question_files import read_questions
from assistant.evaluation.report import calibration_lines, evaluation_lines
from assistant.settings import load_settings


def main() -> None:
    """Run the measurement of one question file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--prefix", default="", help="goes before the documents' paths")
    parser.add_argument("--fit", type=Path, metavar="GATE.json")
    parser.add_argument("--fitted-on", default="", help="what to say the gate was fitted on")
    options = parser.parse_args()
    questions = read_questions(options.questions, prefix=options.prefix)
    with Assistant(load_settings(corpus=options.corpus, index=options.index)) as assistant:
        if options.fit:
            fitted = calibrate(
                assistant, questions, options.questions, options.fit, fitted_on=options.fitted_on
            )
            lines = calibration_lines(fitted, in_use=False, language="en")
        else:
            lines = evaluation_lines(evaluate(assistant, questions, options.questions), "en")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
