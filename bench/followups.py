"""Follow-ups asked of the demonstration: those that it answers, and near misses beside them.

python -m bench.followups [--index INDEX]

INDEX is an index of the demonstration (made in a temporary folder if not given). Prints how each
side was judged, and how well confidence tells them apart.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.core import Assistant
from assistant.records import Answer
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
PILOT = "Combien le pilote de relecture des cahiers des charges a-t-il coûté au total ?"
OFFERS = "Quel poids a le critère de sobriété dans la grille d'analyse des offres ?"
CHARTER = "Quand la charte sur l'IA a-t-elle été adoptée ?"
CALLS = "Combien d'appels le standard reçoit-il chaque année ?"
ERRORS = "Quel était le taux d'erreur de l'assistant du site avant la revue des fiches ?"
KITCHEN = "Combien d'agents travaillent à la cuisine centrale ?"
BREAD = "Comment a-t-on réduit le pain jeté à la cantine ?"
ALLERGIES = "Combien d'enfants ont un repas commandé individuellement pour allergie ?"
GREEN = "Durée minimale du vert piéton aux carrefours connectés ?"
RESCUE = "Combien de secondes ont gagné les secours aux carrefours connectés ?"
CROSSROADS = "Quel est le montant de l'investissement des carrefours connectés ?"
ROUNDS = "De combien les kilomètres de collecte baissent-ils en décembre ?"
SENSOR = "Quel est le prix d'un capteur de remplissage posé ?"
ROADS = "Combien de dégradations la première campagne de voirie a-t-elle relevées ?"
DELAY = "Quel est le délai d'intervention en priorité un sur la voirie ?"
READERS = "À combien sont payés les relecteurs en français facile ?"
USES = "Combien d'usages de l'IA a-t-on recensés lors de l'inventaire ?"
LOGS = "Combien de temps conserve-t-on les journaux techniques ?"
#: The question before, and one that leans on it.
ANSWERED = (
    (PILOT, "Et à quelle date a-t-il démarré ?"),
    (OFFERS, "et les pénalités de retard ?"),
    (CHARTER, "Combien d'exemplaires en a-t-on imprimés ?"),
    (CALLS, "Et pour l'assistant du site, quelles langues ?"),
    (ERRORS, "Et le coût par question ?"),
    (KITCHEN, "Quand peut-on la visiter ?"),
    (BREAD, "Et où part-il maintenant ?"),
    (GREEN, "Et pour les vélos ?"),
    (RESCUE, "Et les bus ?"),
    (CROSSROADS, "Quelle part a été subventionnée ?"),
    (ROUNDS, "Et la consommation de carburant ?"),
    (SENSOR, "Et combien ont été arrachés ?"),
    (ROADS, "Et combien ça coûte ?"),
    (DELAY, "Et le délai moyen de réparation ?"),
    (READERS, "Et combien de documents ont-ils relus ?"),
    (USES, "Quand sera-t-il publié ?"),
    (ALLERGIES, "Et au déjeuner du forum ?"),
    (LOGS, "Et les questions posées à l'assistant ?"),
)
UNSAID = (
    (PILOT, "Et qui est l'éditeur ?"),
    (PILOT, "Et combien a donné la région ?"),
    (CHARTER, "Et par combien de voix ?"),
    (CHARTER, "Et la recette des crêpes ?"),
    (CALLS, "Et combien de SMS ?"),
    (KITCHEN, "Et quel est leur salaire ?"),
    (KITCHEN, "Et dans les crèches ?"),
    (BREAD, "Et les yaourts ?"),
    (GREEN, "Et pour les trottinettes ?"),
    (CROSSROADS, "Et qui est le fournisseur ?"),
    (ROUNDS, "Et en juillet ?"),
    (SENSOR, "Et sa durée de garantie ?"),
    (ROADS, "Et sur les pistes de l'aéroport ?"),
    (DELAY, "Et pour la piscine ?"),
    (READERS, "Et les interprètes ?"),
    (USES, "Et à l'hôpital ?"),
    (ALLERGIES, "Et le match de football de dimanche ?"),
    (LOGS, "Et les fiches de paie ?"),
)


def measure(assistant: Assistant) -> None:
    """Print how the follow-ups were judged."""

    def asked(pairs: Sequence[tuple[str, str]]) -> list[Answer]:
        return [assistant.ask(question, previous=before) for before, question in pairs]

    answered, unsaid = asked(ANSWERED), asked(UNSAID)
    for name, answers in (("answered by the demonstration", answered), ("near misses", unsaid)):
        counts = Counter(one.status for one in answers)
        print(f"{name}: " + ", ".join(f"{counts[of]} {of}" for of in sorted(counts)))
    right = np.array([one.confidence for one in answered])[:, np.newaxis]
    wrong = np.array([one.confidence for one in unsaid])
    print(f"AUROC: {np.mean((right > wrong) + (right == wrong) / 2):.3f}")


def main() -> None:
    """Make the index if need be, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="an index of the demonstration")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = options.index or Path(folder)
        with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
            if not options.index:
                assistant.sync()
            measure(assistant)


if __name__ == "__main__":
    main()
