"""Real Quasar widgets after the overrides, for `tests.support.styleguide`: compare with the reference `components-*.png`."""

from __future__ import annotations

from nicegui import ui

from tests.support.styleguide_pages import LANES, NB, avatar, chip, company, gauge, shell


def widgets() -> None:
    """Buttons, fields, checks, tabs, date, menu, table, chips, avatars, as the product makes them."""
    ui.html(shell("home", '<div id="slot"></div>'), sanitize=False).style("position:absolute;inset:0")
    with ui.element("div").classes("cp-page").style("position:absolute;inset:48px 8px 36px 224px;width:auto;height:auto"):
        with ui.element("div").classes("cp-title"):
            ui.html('<h1 class="cp-h1">Composants</h1>', sanitize=False)
        with (
            ui.element("div").classes("cp-body"),
            ui.element("div").style("display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:16px"),
        ):
            with ui.element("div").classes("cp-stack").style("gap:16px"):
                _buttons()
                _fields()
                _gauges()
            with ui.element("div").classes("cp-stack").style("gap:16px"):
                _texts()
                _table()
            with ui.element("div").classes("cp-stack").style("gap:16px"):
                _dates()
                _floating()
    ui.notification(
        "Devis DV-2025-0388 supprimé",
        position="bottom",
        timeout=0,
        classes="cp-toast",
        actions=[{"label": "Annuler", "noCaps": True}],
    )


def floating() -> None:
    """Quasar's dialog, drawer, palette, menu and list of a select, each behind a button."""
    with ui.dialog() as dialog, ui.card().classes("cp-dialog"):
        ui.html('<h2 class="cp-dialog-title">Supprimer 4 leads ?</h2><p class="cp-dialog-text">Ils restent 60 jours dans la corbeille.</p>', sanitize=False)
        with ui.element("div").classes("cp-dialog-actions"):
            ui.button("Annuler", color=None, on_click=dialog.close).props("outline no-caps")
            ui.button("Supprimer", color="negative", on_click=dialog.close).props("unelevated no-caps")
    with ui.dialog().props('position=right full-height aria-label="Nouveau lead"') as drawer, ui.card().classes("cp-drawer"):
        ui.html('<div class="cp-drawer-head"><h2 class="cp-drawer-title">Nouveau lead</h2></div>', sanitize=False)
        with ui.element("div").classes("cp-drawer-body cp-stack"), ui.element("div").classes("cp-field"):
            ui.label("Nom").classes("cp-label")
            ui.input().props('outlined dense hide-bottom-space aria-label="Nom"')
        with ui.element("div").classes("cp-drawer-foot"):
            ui.button("Annuler", color=None, on_click=drawer.close).props("outline no-caps")
            ui.button("Enregistrer", on_click=drawer.close).props("unelevated no-caps")
    with ui.dialog().props('position=top aria-label="Rechercher"') as palette, ui.card().classes("cp-palette"):
        ui.html('<div class="cp-palette-head"><input class="cp-palette-input" aria-label="Rechercher"></div>', sanitize=False)
        ui.html('<div class="cp-palette-list"><div class="cp-palette-item" aria-selected="true">Menuiserie Vasselin</div></div>', sanitize=False)
    with ui.element("div").classes("cp-page"), ui.element("div").classes("cp-body cp-stack").style("padding:40px;align-items:flex-start"):
        ui.button("Dialogue", on_click=dialog.open).props("unelevated no-caps")
        ui.button("Tiroir", on_click=drawer.open).props("unelevated no-caps")
        ui.button("Palette", on_click=palette.open).props("unelevated no-caps")
        with ui.button("Menu", color=None).props("outline no-caps"), ui.menu():
            for text in ("Modifier", "Dupliquer", "Supprimer"):
                ui.menu_item(text).props("role=menuitem")
        ui.select(["Salon", "Site web", "Appel entrant"], value="Salon").props('outlined dense options-dense dropdown-icon=sym_r_expand_more aria-label="Source"').style("width:240px")
        ui.select(["Vin", "Bois", "Acier"], value=["Vin", "Bois"], multiple=True).props('outlined dense use-chips dropdown-icon=sym_r_expand_more aria-label="Secteurs"').style("width:240px")
        with ui.input(value="2025-06-20").props('outlined dense aria-label="Date"').style("width:240px") as day:
            with ui.menu().props("no-parent-event") as menu:
                ui.date().bind_value(day)
            with day.add_slot("append"):
                ui.icon("sym_r_event").on("click", menu.open).classes("cursor-pointer day")


def _card(title: str) -> ui.element:
    card = ui.element("section").classes("cp-card")
    with card:
        inner = ui.element("div").classes("cp-card-body cp-stack").style("gap:12px")
        with inner:
            ui.html(f'<h2 class="cp-card-title">{title}</h2>', sanitize=False)
    return inner


def _buttons() -> None:
    with _card("Boutons"):
        with ui.element("div").classes("cp-inline"):
            ui.button("Enregistrer").props("unelevated no-caps")
            ui.button("Annuler", color=None).props("outline no-caps")
            ui.button("Plus tard", color=None).props("flat no-caps")
        with ui.element("div").classes("cp-inline"):
            ui.button("Nouveau lead", icon="sym_r_add").props("unelevated no-caps")
            ui.button("Supprimer", icon="sym_r_delete", color="negative").props("flat no-caps")
            ui.button(icon="sym_r_more_horiz", color=None).props('flat no-caps aria-label="Autres actions"')
            ui.button("Envoi").props("unelevated no-caps").disable()
        ui.toggle(["Liste", "Kanban", "Canvas"], value="Liste").props("unelevated no-caps")


def _fields() -> None:
    with _card("Champs"), ui.element("div").style("display:grid;grid-template-columns:1fr 1fr;gap:12px"):
        with ui.element("div").classes("cp-field"):
            ui.label("Société").classes("cp-label")
            ui.input(value="Menuiserie Vasselin").props('outlined dense hide-bottom-space aria-label="Société"')
        with ui.element("div").classes("cp-field"):
            ui.label("Montant").classes("cp-label")
            ui.input(value="48 200").props(
                'outlined dense hide-bottom-space input-class="num text-right" suffix="€" aria-label="Montant"'
            )
        with ui.element("div").classes("cp-field"):
            ui.label("Source").classes("cp-label")
            ui.select(["Salon", "Site web"], value="Salon").props(
                'outlined dense hide-bottom-space options-dense dropdown-icon=sym_r_expand_more aria-label="Source"'
            )
        with ui.element("div").classes("cp-field"):
            ui.label("E-mail").classes("cp-label")
            ui.input(value="b.vasselin@").props('outlined dense error error-message="Adresse incomplète" aria-label="E-mail"')
        with ui.element("div").classes("cp-inline").style("grid-column:1/-1;gap:16px"):
            ui.checkbox("Actif", value=True).props("dense")
            ui.switch("Notifier", value=True).props("dense")
            ui.radio(["Oui", "Non"], value="Oui").props("inline dense")
        ui.range(min=0, max=100, value={"min": 40, "max": 90}).props("thumb-size=14px track-size=4px").style(
            "grid-column:1/-1;padding:0 8px"
        )
        ui.textarea(value="Une note").props('outlined dense hide-bottom-space aria-label="Note"').style("grid-column:1/-1")


def _gauges() -> None:
    rows = "".join(f"<div>{gauge(i + 1)} {name}</div>" for i, (name, *_) in enumerate(LANES))
    with _card("Étapes"):
        ui.html(f'<div class="cp-stack">{rows}<span class="cp-skeleton" style="width:70%"></span></div>', sanitize=False)
        with ui.tabs().props("dense no-caps align=left"):
            ui.tab("Informations")
            ui.tab("Chronologie")


def _texts() -> None:
    chips = "".join(
        chip(tone, text)
        for tone, text in (("nu", "Neutre"), ("in", "Nouveau"), ("wa", "Contact en cours"), ("ok", "Qualifié"), ("da", "En retard"), ("pu", "À recontacter"), ("ac", "Stratégique"), ("br", "Registre de prix"), ("outline", "Contour"))
    )  # fmt: skip
    with _card("Statuts"):
        ui.html(f'<div style="display:flex;flex-wrap:wrap;gap:8px">{chips}</div>', sanitize=False)
    with _card("Typographie"):
        ui.html(
            f'<div class="cp-figure-value num">1&nbsp;284&nbsp;500&nbsp;€</div><div class="cp-caption cp-faint">Newsreader 500, 30/38 · chiffres clés</div><div class="cp-h1">Menuiserie Vasselin</div>'
            f'<div class="cp-caption cp-faint">Newsreader 500, 24/32 · titres</div><div class="cp-bold">Rappeler M. Ferrand</div><div>Texte courant, lignes, champs</div><div class="cp-muted">Texte secondaire</div><div class="cp-caption cp-faint">Inter 13/20{NB}; légende 12/16</div>',
            sanitize=False,
        )


def _table() -> None:
    columns = [
        {"name": "n", "label": "Nom", "field": "n", "align": "left", "sortable": True},
        {"name": "v", "label": "Taux", "field": "v"},
    ]
    ui.table(
        columns=columns, rows=[{"n": "TVA 20", "v": "20,0"}, {"n": "TVA 10", "v": "10,0"}], row_key="n", selection="multiple"
    ).props("flat dense")
    with _card("Avatars"):
        ui.html(
            f'<div class="cp-inline">{company("MV", "cp-avatar--28")}{company("TP", "cp-avatar--28")}{company("HI", "cp-avatar--28")}{avatar("CA", "cp-avatar--28")}{avatar("SD", "cp-avatar--28")}{avatar("TM", "cp-avatar--28")}{avatar("BV", "cp-avatar--40")}{avatar("CA")}</div>',
            sanitize=False,
        )
    with ui.expansion("Plus de réglages", icon="sym_r_tune"):
        ui.label("Contenu")


def _dates() -> None:
    with ui.element("section").classes("cp-card"):
        ui.date("2025-06-20").props("minimal flat")


def _floating() -> None:
    ui.html(
        '<div class="cp-dialog" style="width:auto"><h2 class="cp-dialog-title">Supprimer 4 leads ?</h2><p class="cp-dialog-text">Ils restent 60 jours dans la corbeille. Les activités liées sont conservées.</p><div class="cp-dialog-actions"><button class="cp-btn cp-btn--neutral" type="button">Annuler <kbd class="cp-kbd">Échap</kbd></button><button class="cp-btn cp-btn--danger" type="button">Supprimer</button></div></div>',
        sanitize=False,
    )
    with ui.element("div").classes("cp-menu").style("max-width:none"):
        for icon, text, key, danger in (
            ("edit", "Modifier", "E", False),
            ("content_copy", "Dupliquer", "Ctrl", False),
            ("delete", "Supprimer", "Suppr", True),
        ):
            ui.html(
                f'<button class="cp-menu-item{" cp-menu-item--danger" if danger else ""}{" is-active" if key == "Ctrl" else ""}" type="button"><span class="cp-icon" aria-hidden="true">{icon}</span>{text}<span class="cp-spacer"></span><kbd class="cp-kbd">{key}</kbd></button>',
                sanitize=False,
            )
