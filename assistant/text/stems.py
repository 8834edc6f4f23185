"""A French word → the stem that it shares with its plural, its feminine and its conjugated forms.

Snowball's French stemmer does most of it. But it keeps the plural's s after a, i, o and u
("emplois"), takes the ends of nouns for those of verbs in one number and not in the other
("conseillers", "opinions", "crédit"), brings short words down to others ("loyer" to "loi",
"mairie" to "maire"), and knows an ending by its accents ("securite"). So words come to it in the
singular, and with the accents of their ending. Terms of an index depend on every line here
(`index.publishing.FORMAT`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import Stemmer

from assistant.text.folding import fold


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of a word in lower case, folded."""
    one = singular(word if _has_accents(word) else _with_ending(word))
    plain = fold(one)
    if plain in _INVARIABLE or _IS_NOUN.fullmatch(plain):
        return plain
    if _IN_OYER.fullmatch(plain):
        return plain[:-2]
    if _COMMUNICATING.fullmatch(plain):
        return "communiqu"
    feminine = plain in _IN_IT or _IN_IS.fullmatch(plain)
    found = fold(_stemmer().stemWord(one + "e" if feminine else _masculine(one)))
    # "identifier" as "identifie" and "identification".
    return found[:-1] if found.endswith("ifi") else found


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french")


#: What Snowball brings down to another word ("voir", "maire", "équipe", "environ", "collecte").
_IS_NOUN = re.compile(
    r".*irie|taxi|cafe|(?:sous-|sur)?equipement|environnement|collectivite|publicite|notamment"
)
#: What "communication" would share with "commune".
_COMMUNICATING = re.compile(r"communi(?:cati|qu).*")
#: Participles and their nouns, whose end Snowball takes for that of "finis".
_IN_IS = re.compile(r".*(?:pris|mis|quis|ssis)")
#: Short words in -oyer, which Snowball ends with the i of "loi", "foi" and "noix".
_IN_OYER = re.compile(r".oyer")
#: Nouns and adjectives whose end Snowball takes for that of "finit" and "parlait".
_IN_IT = frozenset(
    """petit appetit credit edit interdit maudit inedit audit bandit debit habit profit conflit
    delit recit deficit transit esprit ecrit inscrit decrit prescrit souscrit proscrit transcrit
    conscrit manuscrit circonscrit lit fait bienfait forfait parfait imparfait satisfait defait
    refait contrefait lait trait portrait retrait extrait attrait abstrait distrait soustrait
    souhait""".split()
)


# --- Accents -----------------------------------------------------------------------------------

#: What the accents of an ending are, in words typed without any: those that nouns have, where no
#: usual verb ends in the same way ("facilite", "visite").
_ENDINGS = (
    (re.compile(r"ee(s?)$"), r"ée\1"),
    (re.compile(r"ier(es?|ement)$"), r"ièr\1"),
    (
        re.compile(
            r"((?:[bt]i|[aeu])l|[bclnrtu]iv|ctiv|[jnt]or|rior|[cd]ur|atur|[dlm]ar|ios|ros|[bmp]id"
            r"|l[ai]d|man|mun|tun|fin|gin|nt|pac|tr?ic|blic|simplic|complic|tiplic|ntu|ui|nu|gu)ite(s?)$"
        ),
        r"\1ité\2",
    ),
)


def _has_accents(word: str) -> bool:
    return not word.isascii()


def _with_ending(word: str) -> str:
    for ending, accented in _ENDINGS:
        word = ending.sub(accented, word)
    return word


# --- Number and gender -------------------------------------------------------------------------

#: Shorter words keep their last letter: "bus", "gaz".
_SHORTEST_PLURAL = 4
#: Words that end with s or x in the singular too, and would be taken for others without it. The
#: plural of "cour" is written as "cours" is: those two do meet.
_INVARIABLE = frozenset(
    """avis bois bras cas chaux choix colis corps croix deux dix dos faux fois frais gens gras gros
    jus mais mars mois moins noix os palais paris pays pois poids prix puits relais repas sens six
    taux tapis temps tiers tous vers voix""".split()
)
#: Those in -s whose feminine or verb is in -se ("pris", "anglais", "confus", "propos"), in -vers,
#: and what verbs end with.
_IN_S = re.compile(
    r".*(?:ais|ois|pris|mis|quis|assis|cis|ss|(?<!o)issons|[ei]rons|ions)"
    r"|(?:uni|di|re|tra|en|per|con|a)vers|(?:sur)?sis|gris|devis|debris|bris"
    r"|(?:in|re|per)clus|(?:con|dif|in|re|pro)fus|obtus|abus|intrus"
    r"|repos|propos|dispos|(?:en|e)?clos|heros|amas|tas|(?:em|de)barras|fracas"
    r"|bas|las|ras|compas|matelas|verglas|pas"
)
#: Those that end likewise, and are plurals.
_IN_S_PLURAL = re.compile(
    r"essais|delais|balais|quais|deblais|remblais|vrais|gais|geais|minerais|chais|bais"
    r"|.*(?:plois|[nro]vois|tournois|parois|octrois|beffrois|arrois|effrois)|lois|rois|emois"
    r"|amis|ennemis|fourmis|demis"
    r"|.*(?:[^s]s|[^i]ss|miss|sciss|t|x|opin|un|reg|relig|leg|contag|champ|esp|cam|mill|rebell"
    r"|scorp|suspic)ions|pions|(?:hydr)?avions"
    r"|(?:nourr|sauc|her|pol|cal|fr)issons|(?:env|av|g|pot|cla)irons"
    r"|(?:vign|forg|bib|ep|chap|puc|mouch|ail|buch|perch|napp|lis|mouss|tach|manch|laid)erons"
)
#: Nouns in -eu, and no adjectives in -eux, in -ou and in -au, that take an x.
_IN_X = re.compile(
    r"(?:.*-|mi|ban)?lieu|(?:en)?jeu|.*feu|cheveu|neveu|(?:des|dés)?aveu|v(?:oe|œ)u|a?dieu|essieu"
    r"|moyeu|h[ée]breu|bijou|caillou|chou|genou|hibou|joujou|pou|.*eau|tuyau|noyau|joyau|boyau"
    r"|pr[ée]au|fl[ée]au|fabliau|gluau|esquimau"
)
#: In -ail, where others in -aux are in -al.
_IN_AIL = frozenset("travaux baux coraux emaux vitraux soupiraux vantaux ventaux".split())
#: Feminines in -ère; "étagère" and "gère" are none.
_IN_ERE = re.compile(r"(?<=\w\w)(?<!ta)(?<!fou)(?<!ug)(?<!ex)(?<!xa)(?<!di)(g|eill)ère$")


def singular(word: str) -> str:
    """Return a word in the singular, by the rules of French; as it is where it has none."""
    plain = fold(word)
    if len(word) < _SHORTEST_PLURAL or plain in _INVARIABLE:
        return word
    if word[-1] == "x":
        return _singular_in_x(word, plain)
    return word[:-1] if word[-1] == "s" and _is_plural(plain) else word


def _singular_in_x(word: str, plain: str) -> str:
    if plain in _IN_AIL:
        return word[:-2] + "il"
    if _IN_X.fullmatch(word[:-1]):
        return word[:-1]
    return word[:-2] + "l" if plain.endswith("aux") else word


def _is_plural(plain: str) -> bool:
    return not _IN_S.fullmatch(plain) or bool(_IN_S_PLURAL.fullmatch(plain))


def _masculine(word: str) -> str:
    return _IN_ERE.sub(r"\1er", word)
