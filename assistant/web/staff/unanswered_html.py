"""What agents couldn't find, as HTML for staff: `Register` → strings; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.feedback.clusters import Entry, Group
from assistant.i18n import Language, count, say
from assistant.i18n.days import date_in_words
from assistant.records import Status
from assistant.web.shared.addresses import TRIAL, question_address
from assistant.web.shared.escaping import escape
from assistant.web.staff.unanswered import (
    ADDRESS,
    EVERYTHING,
    KINDS,
    MOST_WORDINGS,
    PAGE,
    PERIODS,
    Choice,
    Register,
    key_of,
    on_page,
    pages_of,
)


def register_piece(register: Register) -> str:
    """Return what stands under the heading of the page."""
    language = register.language
    unanswered_days, feedback_days = register.days
    if not unanswered_days and not feedback_days:
        return f'<p class="avis">{_told("off_both", language)}</p>'
    parts = [f"<p>{_told('introduction', language)}</p>", _kept(register)]
    if not register.has_any:
        parts.append(
            f'<div class="vide"><p><strong>{_told("empty", language)}</strong></p>'
            f'<p class="aide">{_told("empty_hint", language)}</p></div>'
        )
        return "".join(parts)
    parts.append(_filter(register.choice, language))
    if not register.groups:
        parts.append(
            f'<div class="vide"><p><strong>{_told("empty_filtered", language)}</strong></p>'
            f'<p><a class="lien" href="{ADDRESS}">{_told("show_all", language)}</a></p></div>'
        )
        return "".join(parts) + _erase_all(register)
    parts += [_figures(register), _gestures(register)]
    if not register.by_meaning:
        parts.append(f'<p class="avis">{_told("by_words_only", language)}</p>')
    if register.is_cut:
        cut = escape(say("register.cut_off", language, number=MOST_WORDINGS))
        parts.append(f'<p class="avis">{cut}</p>')
    items = "".join(_group(one, register) for one in on_page(register))
    start = (_page(register) - 1) * PAGE + 1
    parts.append(
        f'<h2 id="sujets">{_told("groups", language)}</h2>'
        f'<ol class="sujets" start="{start}" aria-labelledby="sujets">{items}</ol>'
    )
    return "".join((*parts, _pages(register), _erase_all(register)))


def day_words(day: str, language: Language) -> str:
    """Return a day in words: "12 mars 2026"."""
    return date_in_words(date.fromisoformat(day), "long", language)


def after_words(one: Entry, language: Language) -> str:
    """Return what a wording leaned on, nothing where on nothing."""
    return say("register.after", language, subject=one.subject) if one.subject else ""


def _kept(register: Register) -> str:
    """Return how long what is here stays."""
    language = register.language
    told = [say("register.without_who", language)]
    for key, off, days in zip(
        ("kept_unanswered", "kept_opinions"), ("off", "off_opinions"), register.days, strict=True
    ):
        kept = count(f"register.{key}", days, language) if days else ""
        told.append(kept or say(f"register.{off}", language))
    return f'<p class="aide">{escape(" ".join(told))}</p>'


def _filter(choice: Choice, language: Language) -> str:
    """Return the form that chooses what is shown, by its address."""
    periods = "".join(
        _option(str(days or ""), say(f"register.period_{name}", language), days == choice.period)
        for days, name in PERIODS.items()
    )
    kinds = "".join(
        _option(
            "" if one == "all" else one, say(f"register.kind_{one}", language), one == choice.kind
        )
        for one in KINDS
    )
    return (
        f'<form class="choix" method="get" action="{ADDRESS}"'
        f' aria-label="{_told("filter", language)}">'
        f'<p class="champ"><label for="periode">{_told("period", language)}</label>'
        f'<select id="periode" name="periode">{periods}</select></p>'
        f'<p class="champ"><label for="genre">{_told("kind", language)}</label>'
        f'<select id="genre" name="genre">{kinds}</select></p>'
        f"<p><button>{_told('show', language)}</button></p></form>"
    )


def _option(value: str, words: str, is_chosen: bool) -> str:
    selected = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(words)}</option>'


def _figures(register: Register) -> str:
    groups, language = register.groups, register.language
    items = [
        (f"figure_{name}", number)
        for name, number in (
            ("groups", len(groups)),
            ("refused", sum(one.refused for one in groups)),
            ("useless", sum(one.useless for one in groups)),
        )
        if number
    ]
    listed = "".join(f"<li>{_counted(key, number, language)}</li>" for key, number in items)
    return f'<ul class="chiffres" aria-label="{_told("figures", language)}">{listed}</ul>'


def _gestures(register: Register) -> str:
    """Return what can be done with the whole list: checked, taken away."""
    choice, language = register.choice, register.language
    files = "".join(
        f'<a class="bouton" href="{escape(choice.address(f"/export.{suffix}"))}">'
        f"{escape(say(f'register.export_{suffix}', language))}</a>"
        for suffix in ("odt", "csv")
    )
    if not any(one.refused for one in on_page(register)):
        return f'<div class="gestes">{files}</div>'
    check = (
        f'<form method="post" action="{ADDRESS}/verifier">{_hidden(choice, _page(register))}'
        f'<button aria-describedby="verifier-aide">{_told("check", language)}</button></form>'
    )
    hint = f'<p class="aide" id="verifier-aide">{_told("check_hint", language)}</p>'
    return f'<div class="gestes">{files}{check}</div>{hint}'


def _group(group: Group, register: Register) -> str:
    """Return one subject: what was asked, how often, what goes with it, what can be done."""
    language = register.language
    one = group.central
    told = []
    if group.refused:
        told.append(count("register.refused_times", group.refused, language))
    if group.useless:
        given = group.useless + group.useful
        told.append(count("register.share", given, language, useless=group.useless))
    told.append(say("register.last", language, day=day_words(group.last, language)))
    after = after_words(one, language)
    subject = f'<p class="fil">{escape(after)}</p>' if after else ""
    checked = register.checked.get((one.question, one.subject)) if group.refused else None
    return (
        f'<li class="sujet"><div class="combien"><b>{group.count}</b> '
        f"{_unit(group.count, language)}</div>"
        f'<div class="quoi"><h3>{escape(one.question)}</h3>{subject}'
        f'<p class="fil">{escape(" · ".join(told))}{_label(checked, language)}</p>'
        f"{_details(group, register)}{_wordings(group, register)}"
        f'<div class="gestes">{_again(one, language)}{_erase_group(group, register)}</div>'
        f"</div></li>"
    )


def _unit(number: int, language: Language) -> str:
    """Return the word that follows the number of times."""
    return escape(count("register.times", number, language).removeprefix(str(number)).strip())


def _label(checked: Status | None, language: Language) -> str:
    if checked is None:
        return ""
    look = " probleme" if checked == "refused" else ""
    words = say(f"register.now_{checked}", language)
    return f' <span class="etiquette{look}">{escape(words)}</span>'


def _details(group: Group, register: Register) -> str:
    """Return what agents wrote, what was quoted, where was searched: each where there is some."""
    language = register.language
    parts = (
        ("words", [f"« {one} »" if language == "fr" else f"“{one}”" for one in group.words]),
        ("documents", [register.titles.get(one, one) for one in group.documents]),
        ("searched", [register.searched[one] for one in group.filters]),
    )
    return "".join(
        f'<dl class="precision"><dt>{_told(key, language)}</dt>'
        + "".join(f"<dd>{escape(one)}</dd>" for one in values)
        + "</dl>"
        for key, values in parts
        if values
    )


def _wordings(group: Group, register: Register) -> str:
    """Return the wordings put together, closed; nothing where there is one only."""
    language = register.language
    if len(group.entries) < 2:
        return ""
    items = "".join(
        f"<li><span>{escape(one.question)}"
        f"{f' <i>{escape(after_words(one, language))}</i>' if one.subject else ''}"
        f" – {_counted('times', one.count, language)}</span>"
        f"{_eraser([one], 'erase', 'erase_one_hint', register)}</li>"
        for one in group.entries
    )
    title = _counted("wordings", len(group.entries), language)
    return f'<details class="formulations"><summary>{title}</summary><ul>{items}</ul></details>'


def _again(one: Entry, language: Language) -> str:
    address = f"{question_address(one.question, None, one.subject, language)}&{TRIAL}=1"
    about = escape(say("register.erase_about", language, question=one.question))
    return (
        f'<a class="lien" href="{escape(address)}">{_told("ask_again", language)}'
        f'<span class="lu-seulement"> {about}</span></a>'
    )


def _erase_group(group: Group, register: Register) -> str:
    return _eraser(group.entries, "erase_group", "erase_group_hint", register)


def _eraser(own: Sequence[Entry], key: str, hint: str, register: Register) -> str:
    """Return what erases wordings once it is confirmed, which needs no script."""
    language = register.language
    about = escape(say("register.erase_about", language, question=own[0].question))
    warning = (
        _told(hint, language) if hint == "erase_one_hint" else _counted(hint, len(own), language)
    )
    keys = ",".join(key_of(one) for one in own)
    return (
        f'<details class="effacer"><summary>{_told(key, language)}'
        f'<span class="lu-seulement"> {about}</span></summary>'
        f'<form method="post" action="{ADDRESS}/effacer"><p>{warning}</p>'
        f'{_hidden(register.choice)}<input type="hidden" name="cles" value="{keys}">'
        f'<button class="grave">{_told("erase_for_good", language)}</button></form></details>'
    )


def _erase_all(register: Register) -> str:
    language = register.language
    return (
        f'<details class="effacer tout"><summary>{_told("erase_all", language)}</summary>'
        f'<form method="post" action="{ADDRESS}/effacer">'
        f"<p>{_told('erase_all_hint', language)}</p>"
        f'<input type="hidden" name="cles" value="{EVERYTHING}">'
        f'<button class="grave">{_told("erase_for_good", language)}</button></form></details>'
    )


def _pages(register: Register) -> str:
    """Return the way to the other pages; nothing where there is one."""
    language, pages, page = register.language, pages_of(register), _page(register)
    if pages == 1:
        return ""
    links = {"before": page - 1, "next": page + 1}
    here = escape(say("register.page_of", language, page=page, pages=pages))
    before, after = (
        f'<a class="bouton" href="{escape(register.choice.address(page=number))}">'
        f"{_told(key, language)}</a>"
        if 0 < number <= pages
        else ""
        for key, number in links.items()
    )
    return (
        f'<nav class="gestes" aria-label="{_told("pages", language)}">'
        f"{before}<span>{here}</span>{after}</nav>"
    )


def _page(register: Register) -> int:
    return min(register.choice.page, pages_of(register))


def _hidden(choice: Choice, page: int = 1) -> str:
    """Return the fields by which a form comes back to what is shown."""
    kept = {"periode": choice.period or "", "genre": choice.kind, "page": page}
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(str(value))}">'
        for name, value in kept.items()
    )


def _counted(key: str, number: int, language: Language) -> str:
    return escape(count(f"register.{key}", number, language))


def _told(key: str, language: Language) -> str:
    return escape(say(f"register.{key}", language))
