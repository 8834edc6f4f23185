"""What a question compares."""

from __future__ import annotations

import pytest

from assistant.query.comparison import side_inquiries, sides_of


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare les crèches et les écoles", ("les crèches", "les écoles")),
        ("Peux-tu comparer l'atelier 2 avec l'atelier 4 ?", ("l'atelier 2", "l'atelier 4")),
        ("Quelle différence entre le tri et le compost ?", None),
        ("Compare lighting with heating", ("lighting", "heating")),
        ("A comparison of leasing and buying", ("leasing", "buying")),
        ("Quelle différence entre l'atelier 4 et l'atelier 6 ?", ("l'atelier 4", "l'atelier 6")),
        ("Points communs entre la séance 1 et la séance 2", ("la séance 1", "la séance 2")),
        ("points communs entre le tri et le compost", ("le tri", "le compost")),
        ("Qu'ont en commun le tri et le compost ?", ("le tri", "le compost")),
        ("Quelle différence entre 2023 et 2024 ?", None),
        ("Comparaison entre la régie et la délégation", ("la régie", "la délégation")),
        ("Compare le coût des crèches et celui des écoles", None),
        ("Compare avant et après", None),
        ("Le rapport compare-t-il les deux quartiers ?", None),
        ("Que dit-on des crèches ?", None),
        ("", None),
    ],
)
def test_a_comparison_states_its_sides(question: str, sides: tuple[str, str] | None) -> None:
    assert sides_of(question) == sides


def test_a_side_with_a_number_is_a_session_that_is_summed_up() -> None:
    session, theme = side_inquiries(("l'atelier 2", "le tri"))
    assert (session.intent, session.subject) == ("summary", "l'atelier 2")
    assert (theme.intent, theme.theme) == ("overview", "le tri")
