"""What a number, a date, somebody, somewhere and a reason look like in French text. Pure.

The forms by which `answer_type` looks for what a question asks.
"""

from __future__ import annotations

import re

from assistant.text.calendar_names import MONTHS, WEEKDAYS

#: Numbers in words, as they are looked for in a text.
NUMBER_WORDS = (
    r"(?:vingt|trente|quarante|cinquante|soixante)[ -]et[ -]une?"
    r"|un(?= (?:mois|an|jour|quart|tiers|million|milliard)\b)"
    r"|une(?= (?:heure|semaine|année|minute)\b)"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?|trente|quarante|cinquante|soixante|cents?|mille|millions?|milliards?|moitié|tiers"
    r"|quarts?|dizaines?|douzaines?|vingtaines?|trentaines?|centaines?|milliers?"
)
ANY_MONTH = "|".join(MONTHS)
ANY_DAY = "|".join(WEEKDAYS)
#: Whoever is named is asked about, not for: "Qui est Mme Durand ?"
WHO_IS = re.compile(
    r"\b(?i:qui (?:est|sont|était|étaient)|who (?:is|are|was))"
    r" (?:(?:M\.|Mme|Mr|Mrs|Dr)\s)?[A-ZÀ-ÖØ-Þ]"
)
#: Written with a capital where a sentence begins, and no name: "Il", "À", "Pour".
_NO_NAME = (
    r"(?:[ÀA]ux?|À|Il|Elle|Ils|Elles|On|Nous|Vous|Je|Tu|Ce|Cet|Cette|Ces|C['’]\w+|Le|La|Les|L['’]\w+"
    r"|Une?|Des?|Du|D['’]\w+|Et|Mais|Ou|Où|Donc|Or|Car|Oui|Non|Si|Pour|Dans|Par|Avec|Sans|Sur|Sous"
    r"|En|Chez|Pas|Plus|Tout|Toute|Tous|Toutes|Notre|Nos|Votre|Vos|Leurs?|Mon|Ma|Mes|Son|Sa|Ses"
    r"|Quand|Comme|Puis|Alors|Bonjour|Merci|Qui|Que|Qu['’]\w+|Quel\w*|Comment|Pourquoi|Combien"
    r"|Voilà|Voici|Moi|Toi|Lui|Eux|Après|Avant|Ensuite|Enfin|Ainsi|Aussi|Bref|Bon|Ben|Ah|Oh|Là|Ici"
    r"|Ça|Cela|Ceci|Depuis|Lors\w*|Parce|Puisque|Selon|Afin|Dès|Est|Sont|Peut|Aujourd['’]hui"
    r"|J['’]\w+|S['’]\w+|N['’]\w+|M['’]\w+|T['’]\w+|Rappel|Nota|Effectivement|Concernant"
    r"|Même|Ni|Ne|Sauf|Toutefois|Cependant|Pourtant|Ailleurs|Jamais|Toujours|Souvent|Parfois)\b"
)
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_NEXT = rf"\s(?:d[eu']\s?)?(?!{_NO_NAME}){_WORD}"
#: A name of one word or more, wherever it stands.
NAME = rf"(?!{_NO_NAME}){_WORD}(?:{_NEXT})*"
#: Capitals that no sentence begins with, or several; not who speaks ("– Anne Martin :").
_NAMED = (
    rf"(?<![.!?…:|•·–—-]\s)(?<!^)(?<!\n)\b{NAME}"
    rf"|(?<![–—-]\s)\b(?!{_NO_NAME}){_WORD}(?:{_NEXT})+(?!\s?:)"
)
#: What people do, and who acts together: "la directrice", "un groupe de neuf agents".
ROLE = (
    r"agents?|chef(?:fe)?s?|responsables?|direct(?:eur|rice)s?|président(?:e)?s?|adjoint(?:e)?s?"
    r"|élue?s?|maires?|ministres?|préfète?s?|délégué(?:e)?s?|référent(?:e)?s?|chargée? de \w+"
    r"|(?:coordonn|anim|form|traduc|relec|éduc|recru|cré|fond|rédac)(?:ateur|atrice|teur|trice)s?"
    r"|médecins?|infirmi(?:er|ère)s?|ingénieure?s?|technicien(?:ne)?s?|gestionnaires?|cuisini\w+"
    r"|designers?|développeu(?:r|se)s?|consultante?s?|chercheu(?:r|se)s?|juristes?|profess\w+"
    r"|ambassad(?:eur|rice)s?|secrétaires?|conseill(?:er|ère)s?|expert(?:e)?s?|relecteurs?"
    r"|personnes? (?:chargée|responsable)s?|fondateurs?|fondatrices?|apprentie?s?|acheteu(?:r|se)s?"
)
_GROUP = (
    r"équipes?|équipages?|groupes?|comités?|services?|conseil(?: municipal)?|directions?"
    r"|associations?|prestataires?|fournisseurs?|entreprises?|ministères?|communes?|collectivités?"
    r"|habitants?|usagers?|parents|enfants|élèves|bénéficiaires?|participante?s?|collègues?"
    r"|département|organismes?|bureau|commission"
)
#: Somebody that is no name: one who acts, or those by whom something is done.
_SOMEBODY = (
    rf"\b(?i:(?:l[ea]|une?|notre|son|sa|chaque)\s|l['’])(?i:{ROLE})\b"
    r"|\b(?i:par (?:l[ea]s?\s|l['’]|une?\s|des\s|nos\s|notre\s|deux\s|trois\s|quatre\s))"
    rf"(?i:{ROLE}|{_GROUP})\b"
)
#: Who lives or works at a place isn't named by it: "à Valdeclair", "en France".
#: So isn't who speaks ("– Anne Martin :").
_SOMEBODY_NAMED = rf"(?<!\b[àÀ]\s)(?<!\b[eE]n\s)(?:{_NAMED})\b(?!\s:)"
#: What stands before a place: "à Rennes", "dans la Manche", "en France".
_AT = "|".join(
    rf"(?<=\b{at} {article})"
    for at in ("[àÀ]", "[aA]u", "[aA]ux", "[eE]n", "[dD]ans", "[vV]ers", "[cC]hez", "[sS]ur")
    for article in ("", "la ", "le ", "l['’]")
)
#: "Salle Écluse", "salle 12", "salle des mariages", "rue de la Gare", "bâtiment B", "2e étage".
_PLACE = re.compile(
    r"\b(?i:salles?|amphithéâtre|bâtiment|rue|avenue|boulevard|place|quai|hall|étage)\s"
    r"(?:(?:d[eu]s?\s(?:la\s)?|de\sl['’]|d['’])?[A-ZÀ-ÖØ-Þ][\w'’-]*(?:\s[A-ZÀ-ÖØ-Þ][\w'’-]+)*"
    r"|(?:n°\s?)?\d+\b)"
    r"|\b[Ss]alle\s(?:d[eu]s?\s(?:la\s)?|de\sl['’]|d['’])\w+"
    r"|\b(?i:(?:\d+(?:er|e|ème)|premier|deuxième|second|troisième|dernier)\sétage)\b"
    r"|\b(?i:rez-de-chaussée|sous-sol)\b"
    r"|\b(?i:(?:dans|sur) (?:l[ae]\s|l['’])(?:hall|foyer|préau|cour|parvis|réfectoire|gymnase"
    r"|restaurant|cantine|cafétéria|mezzanine|accueil|entrée|terrasse|auditorium|amphithéâtre))\b"
    rf"|(?:{_AT}){NAME}"
    r"|\b(?i:muséum|musée|théâtre|mairie|hôtel de ville|gare|parking|maison d\w+|médiathèque"
    r"|bibliothèque|gymnase|lycée|collège|université|palais|château|préfecture|centre d\w+"
    r"|devant l['’]entrée|à l['’]entrée|en ligne|sur (?:le|notre|leur) site)\b"
)
#: A town, a region, a country by its name: somebody's name, or a document's, is none.
NAMED_PLACE = re.compile(
    rf"(?:{_AT}|(?<=\b[lL]a )|(?<=\b[lL]e )|(?<=\b[lL]es )|(?<=\b[lL]['’])){NAME}"
    r"|(?:\b(?i:villes?|villages?|communes?|quartiers?|régions?|départements?|mairies?|métropoles?"
    rf"|agglomération|préfecture|pays)\s?(?:d[eu]s?\s(?:l[ae]\s)?|d['’]|:\s|\|\s)){NAME}"
    rf"|\b{_WORD} (?i:métropole|agglo\w*)\b|(?<=\()(?!{_NO_NAME}){_WORD}(?=[,)])"
)
#: What has a name of its own and is nobody: "quel logiciel".
NAMED_THING = re.compile(_NAMED)
#: By the name of each kind of thing (`answer_type.Kind`).
FOUND: dict[str, re.Pattern[str]] = {
    "number": re.compile(
        r"(?<!\w)\d+(?:[ \u202f]\d{3})*(?:[.,]\d+)?"
        r"(?:\s(?:mille|millions?|milliards?)\b)?(?:\s?(?:%|€|euros?|pour cent))?"
        rf"|\b(?:(?:{NUMBER_WORDS})(?:[ -](?=(?:et )?(?:{NUMBER_WORDS})\b)(?:et )?)?)+\b"
        r"(?: pour cent)?",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"\b(?:(?:{ANY_DAY})\s)?(?:(?:1er|\d{{1,2}})\s)?(?:{ANY_MONTH})\b(?:\s\d{{4}})?"
        rf"|\b(?:1\d|20)\d\d\b|\b(?:{ANY_DAY})s?\b|\b\d{{1,2}}\s?h(?:eures?)?(?:\s?\d\d)?\b"
        rf"|(?<=\bà )(?:{NUMBER_WORDS})\sheures\b(?:\set (?:demie|quart))?"
        # "Le service a été créé" says no season.
        r"|(?:(?<=l['’])|(?<=\bcet )|(?<=\ben )|(?<=\bchaque ))été\b"
        r"|\b(?:demain|hier|printemps|automne|hiver|siècle)\b"
        # Known days and weeks: "pendant les vacances de la Toussaint", "à Noël".
        r"|\bvacances (?:scolaires|d[eu']s? ?(?:la |l['’])?\w+)|\b(?<=la )rentrée\b(?! litt)"
        r"|(?<=\b[àÀ] )(?:Noël|Pâques|la Toussaint|la Pentecôte)\b",
        re.IGNORECASE,
    ),
    "name": re.compile(rf"{_SOMEBODY_NAMED}|{_SOMEBODY}"),
    "place": _PLACE,
    "reason": re.compile(
        r"\b(?:parce qu[e']|car|puisqu[e']|afin (?:d[e']|qu[e'])"
        r"|pour(?! (?:cent|autant|l['’]instant|le moment|la suite|finir|conclure|commencer|terminer"
        r"|rappel|ma part|moi|vous|nous|ne pas l[ea]s? citer"
        r"|l[ea]s? (?:prochain|premi|derni)\w*)\b)"
        r"|grâce (?:à|aux?)|en raison d[eu]s?|à cause d[eu]s?|c'est pourquoi|permet(?:tre|tent)?"
        r"|éviter)\b",
        re.IGNORECASE,
    ),
}
#: A question about a meeting, folded.
MEETING = re.compile(
    r" (?:reuni\w+|seances?|conseils?|assemblees?|comites?|commissions?|bureaux?|ag|cm|rencontres?"
    r"|comptes? rendus?|cr|pv|proces verb\w+|convo\w+|ateliers?|webinaires?) "
)
#: "Compte rendu de la réunion du", "Séance du", "Fait à Aubenval, le".
_BEFORE_OWN_DAY = re.compile(
    r"[\W\d]*(?:(?:comptes?[ -]rendus?|proc[eè]s[ -]verba\w+|cr|pv|r[eé]unions?|s[eé]ances?|conseil"
    r"|assembl[eé]e|comit[eé]|commission|bureau|date de (?:la )?convocation)\b[^.!?]{0,60}"
    r"|fait à [^.!?]{1,40}\ble )\s*",
    re.IGNORECASE,
)
_AFTER_OWN_DAY = re.compile(r"[\s\d:hH./-]*(?:$|\n|[àÀ] \d)")


def is_own_day(text: str, start: int, end: int) -> bool:
    """Tell whether a day is that of the document, alone in a line that says what it is of."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return bool(_BEFORE_OWN_DAY.fullmatch(line) and _AFTER_OWN_DAY.match(text, end))
