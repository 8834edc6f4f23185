#!/usr/bin/env bash
# python-pptx 1.0.2: the dates under a chart are read as numbers.
#
# Guess: `plot.categories` of a chart by month, whose documentation calls it the labels of the
# categories, gives dates, as python-pptx took them when it made the chart, or what the axis shows.
# Seen: '45658.0' for 1 January 2025: the day's number in Excel, as text. The format that makes a
# date of it stands beside it in the file.
# For us: "45658 : 120 visiteurs" would be quoted; readers/formats/ooxml/charts.py applies the format.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" python-pptx==1.0.2
PYTHONPATH="$folder" python3 - <<'PY'
import io
from datetime import date

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

deck = Presentation()
data = CategoryChartData()
data.categories = [date(2025, 1, 1), date(2025, 2, 1)]
data.add_series("Visiteurs", (120, 150))
slide = deck.slides.add_slide(deck.slide_layouts[6])
slide.shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, 3_000_000, 3_000_000, data)
held = io.BytesIO()
deck.save(held)
plot = Presentation(held).slides[0].shapes[0].chart.plots[0]
print(list(plot.categories), [category.label for category in plot.categories])
assert [float(label) for label in plot.categories] == [45658, 45689], "changed"
PY
