"""Mock-ups of the main screens as plain HTML, in French, for `tests.support.styleguide`.

They hold every pattern of assets/css once, in the markup that the product writes, with the texts of the reference pictures.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.components.theme import avatar_colour

NB = "\u202f"


def icon(name: str, size: str = "") -> str:
    return f'<span class="cp-icon{f" cp-icon--{size}" if size else ""}" aria-hidden="true" translate="no">{name}</span>'


def avatar(initials: str, extra: str = "") -> str:
    return f'<span class="cp-avatar cp-avatar--c{avatar_colour(initials)} {extra}" aria-hidden="true">{initials}</span>'


def company(initials: str, extra: str = "") -> str:
    return avatar(initials, f"cp-avatar--company {extra}")


def chip(tone: str, text: str, glyph: str = "") -> str:
    return f'<span class="cp-chip cp-chip--{tone}{" cp-chip--icon" if glyph else ""}">{icon(glyph, "sm") if glyph else ""}{text}</span>'


def gauge(done: int, of: int = 5) -> str:
    return f'<span class="cp-gauge" style="--cp-n:{of};--cp-done:{done}" aria-hidden="true"></span>'


def count(number: str | int) -> str:
    return f'<span class="cp-count num">{number}</span>'


def button(kind: str, text: str, glyph: str = "", key: str = "", more: str = "") -> str:
    kbd = f'<kbd class="cp-kbd{" cp-kbd--on" if kind == "primary" else ""}">{key}</kbd>' if key else ""
    return f'<button class="cp-btn cp-btn--{kind}" type="button" {more}>{icon(glyph) if glyph else ""}{text}{kbd}</button>'


def icon_button(label: str, glyph: str, kind: str = "cp-iconbtn", size: str = "") -> str:
    return f'<button class="{kind}" type="button" aria-label="{label}" title="{label}">{icon(glyph, size)}</button>'


MODULES: tuple[tuple[str, Iterable[tuple[str, str, str, str]]], ...] = (
    ("Vendre", (
        ("leads", "person_search", "Leads", "214"), ("accounts", "domain", "Comptes", ""), ("contacts", "contacts", "Contacts", ""),
        ("deals", "handshake", "Transactions", "38"), ("forecasts", "monitoring", "Prévisions", ""),
    )),
    ("Vente et facturation", (
        ("quotes", "request_quote", "Devis", "12"), ("orders", "shopping_cart_checkout", "Commandes", ""), ("invoices", "receipt_long", "Factures", "3"),
        ("products", "inventory_2", "Produits", ""), ("price_books", "sell", "Registres de prix", ""),
    )),
    ("Marketing", (("campaigns", "campaign", "Campagnes", ""),)),
    ("Achats", (("vendors", "local_shipping", "Fournisseurs", ""), ("purchase_orders", "list_alt", "Bons de commande", ""))),
    ("Vues épinglées", (("v1", "keep", "Relances de la semaine", ""), ("v2", "keep", "Vinitech 2025", ""))),
)  # fmt: skip


def nav(key: str, glyph: str, label: str, number: str, current: str) -> str:
    here = ' aria-current="page"' if key == current else ""
    return (
        f'<a class="cp-nav" href="#{key}" title="{label}"{here}>{icon(glyph)}<span class="cp-nav-label">{label}</span>'
        f"{count(number) if number else ''}</a>"
    )


def rail(current: str) -> str:
    groups = "".join(
        f'<div class="cp-nav-group">{name}</div>' + "".join(nav(*item, current) for item in items) for name, items in MODULES
    )
    return (
        '<nav class="cp-rail" aria-label="Modules"><a class="cp-logo" href="#" aria-label="Comptoir, accueil">'
        '<span class="cp-mark" aria-hidden="true"></span><span class="cp-wordmark">Comptoir</span></a>'
        f'<div class="cp-rail-list">{nav("home", "home", "Accueil", "", current)}{groups}</div></nav>'
    )


TOP = f"""<header class="cp-top">
  <button class="cp-search" type="button" aria-haspopup="dialog" aria-label="Rechercher">{icon("search")}<span class="cp-search-label cp-hide-compact">Rechercher un client, un devis, une action…</span><span class="cp-search-label cp-only-compact">Rechercher…</span><kbd class="cp-kbd">Ctrl</kbd><kbd class="cp-kbd">K</kbd></button>
  <span class="cp-spacer"></span>{button("neutral", "Créer", "add")}
  <div class="cp-top-actions">
    <button class="cp-iconbtn cp-on-phone" type="button" aria-label="Notifications">{icon("notifications", "md")}<span class="cp-unread" aria-hidden="true"></span></button>
    {icon_button("Calendrier", "calendar_month", size="md")}{icon_button("E-mail", "mail", size="md")}{icon_button("Configuration", "settings", size="md")}
    <button class="cp-userbtn" type="button" aria-label="Claire Aubry, votre menu">{avatar("CA", "cp-avatar--28")}</button>
  </div></header>"""

FOOT = f"""<footer class="cp-foot">
  <button class="cp-footbtn" type="button">{icon("auto_awesome")}Assistant</button><button class="cp-footbtn" type="button">{icon("sticky_note_2")}Post-its</button>
  <button class="cp-footbtn" type="button">{icon("alarm")}Rappels<span class="cp-badge num">4</span></button><button class="cp-footbtn" type="button">{icon("history")}Récents</button>
  <span class="cp-spacer"></span><button class="cp-footbtn cp-hide-compact" type="button">Aide clavier <kbd class="cp-kbd">?</kbd></button>
  <span class="cp-saving" role="status">{icon("cloud_done")}Tout est enregistré</span></footer>"""


def phone_bar(current: str) -> str:
    def item(key: str, glyph: str, label: str) -> str:
        here = ' aria-current="page"' if key == current else ""
        return f'<a class="cp-phonebar-item" href="#{key}"{here}>{icon(glyph, "lg")}{label}</a>'

    return (
        f'<nav class="cp-phonebar" aria-label="Navigation">{item("home", "home", "Accueil")}{item("leads", "person_search", "Leads")}'
        f'<button class="cp-phonebar-add" type="button" aria-label="Créer">{icon("add", "lg")}</button>'
        f"{item('deals', 'handshake', 'Transactions')}{item('more', 'menu', 'Plus')}</nav>"
    )


def shell(current: str, page: str, *, after: str = "") -> str:
    return (
        f'<div class="cp-shell"><a class="cp-skip" href="#cp-content">Aller au contenu</a>{rail(current)}{TOP}'
        f'<div class="cp-sheet" id="cp-content" tabindex="-1">{page}</div>{FOOT}{phone_bar(current)}</div>{after}'
    )


def switcher(view: str) -> str:
    items = (("Liste", "view_list"), ("Kanban", "view_kanban"), ("Canvas", "dashboard"))
    return '<div class="cp-seg" role="group" aria-label="Affichage">' + "".join(
        f'<button class="cp-seg-item" type="button" aria-pressed="{str(label == view).lower()}" aria-label="{label}">'
        f'{icon(glyph)}<span class="cp-seg-label">{label}</span></button>'
        for label, glyph in items
    ) + "</div>"  # fmt: skip


def title(name: str, view: str, counted: str, new: str, shown: str, filters: int = 0) -> str:
    number = f'<span class="num"> · {filters}</span>' if filters else ""
    return (
        f'<div class="cp-title"><h1 class="cp-h1">{name}</h1>'
        f'<button class="cp-viewpick" type="button" aria-haspopup="menu">{view}{icon("expand_more")}</button>'
        f'<span class="cp-title-count num">{counted}</span><span class="cp-spacer"></span>{switcher(shown)}'
        f'<button class="cp-btn cp-btn--neutral" type="button" aria-pressed="{str(bool(filters)).lower()}">{icon("filter_list")}<span><span class="cp-btn-label">Filtrer</span>{number}</span></button>'
        f"{icon_button('Autres actions', 'more_horiz', 'cp-btn cp-btn--neutral cp-btn--icon')}{button('primary', new, 'add', 'N')}</div>"
    )


LEADS = (
    ("Malik Ferrand", "Domaine des Trois Pierres", "in:Nouveau", "Salon Vinitech", 92, "CA:Claire A.", "10:42"),
    ("Hélène Courtois-Lambert", "Cave de Montredon", "wa:Contact en cours", "Salon Vinitech", 88, "CA:Claire A.", "08:55"),
    ("Yannick Le Guen", "Biscuiterie Kermadec", "wa:Contact en cours", "Site web", 81, "SD:Samuel D.", "Hier"),
    ("Aïcha Benmoussa", "Hydromat Industrie", "ok:Qualifié", "Recommandation", 79, "CA:Claire A.", "Hier"),
    ("Bertrand Vasselin", "Menuiserie Vasselin", "in:Nouveau", "Salon Vinitech", 76, "TM:Théa M.", "Hier"),
    ("Solène Arnoux", "Laiterie des Aravis", "ok:Qualifié", "Appel entrant", 74, "SD:Samuel D.", "30 mai"),
    ("Grégoire Delaunoy", "Transports Delaunoy", "pu:À recontacter", "Site web", 71, "CA:Claire A.", "30 mai"),
    ("Nadia Kessler", "Fonderie du Vercors", "wa:Contact en cours", "Campagne e-mail", 68, "TM:Théa M.", "29 mai"),
    ("Paul-Antoine Riou", "Chantier naval Riou", "in:Nouveau", "Salon Vinitech", 66, "SD:Samuel D.", "28 mai"),
    ("Inès Marchetti", "Papeterie Saint-Gildas", "pu:À recontacter", "Recommandation", 61, "CA:Claire A.", "28 mai"),
    ("Thomas Grandjean", "Aciers Bréval", "wa:Contact en cours", "Appel entrant", 59, "CA:Claire A.", "27 mai"),
    ("Odile Peyrard", "Verrerie d’Albi", "nu:Non qualifié", "Site web", 34, "TM:Théa M.", "26 mai"),
)
PICKED = {0, 1, 4, 8}


def initials(name: str) -> str:
    words = name.replace("-", " ").split()
    return (words[0][0] + words[-1][0]).upper()


def lead_row(index: int) -> str:
    name, firm, status, source, score, owner, when = LEADS[index % len(LEADS)]
    tone, label = status.split(":")
    short, person = owner.split(":")
    chosen = index in PICKED
    return (
        f'<div class="cp-tr" role="row" data-testid="record-row" data-id="{index}" aria-selected="{str(chosen).lower()}" style="transform:translateY(calc({index} * var(--row)))">'
        f'<div class="cp-td cp-td--check" role="gridcell"><input class="cp-checkbox" type="checkbox" {"checked" if chosen else ""} aria-label="Sélectionner {name}"></div>'
        f'<div class="cp-td cp-td--name cp-td--pin" role="gridcell"><a class="cp-rowlink" href="#">{name}</a>{icon_button("Aperçu", "right_panel_open", "cp-peek")}</div>'
        f'<div class="cp-td" role="gridcell">{firm}</div><div class="cp-td" role="gridcell">{chip(tone, label)}</div>'
        f'<div class="cp-td" role="gridcell">{source}</div>'
        f'<div class="cp-td num" role="gridcell"><span class="cp-progress cp-progress--mini" style="--cp-v:{score}%"></span>{score}</div>'
        f'<div class="cp-td" role="gridcell">{avatar(short)}{person}</div><div class="cp-td num" role="gridcell">{when}</div></div>'
    )


def phone_row(index: int) -> str:
    name, firm, status, source, score, _, when = LEADS[index % len(LEADS)]
    tone, label = status.split(":")
    return (
        f'<a class="cp-phonerow cp-only-phone" href="#" data-id="{index}">{avatar(initials(name), "cp-avatar--36")}'
        f'<span class="cp-phonerow-main"><span class="cp-phonerow-title">{name}</span><span class="cp-phonerow-sub">{firm}</span>'
        f'<span class="cp-phonerow-meta">{chip(tone, label)}<span>{source}</span></span></span>'
        f'<span class="cp-phonerow-end"><span class="num">{when}</span><span class="cp-strong num">{score}</span></span></a>'
    )


def filters() -> str:
    values = (
        ("Nouveau", 86, True),
        ("Contact en cours", 71, True),
        ("À recontacter", 57, False),
        ("Qualifié", 38, False),
        ("Non qualifié", 32, False),
    )
    checks = "".join(
        f'<label class="cp-check"><input type="checkbox" {"checked" if on else ""}><span>{label}</span>{count(n)}</label>'
        for label, n, on in values
    )
    return f"""<aside class="cp-filters" aria-label="Filtres" data-testid="filter-panel">
      <div class="cp-filters-head"><h2 class="cp-card-title">Filtres</h2><span class="cp-spacer"></span><button class="cp-linkbtn" type="button">Effacer</button></div>
      <div class="cp-filters-body"><fieldset class="cp-filter"><legend class="cp-label">Statut du lead</legend>{checks}</fieldset>
        <label class="cp-field"><span class="cp-label">Source</span><select class="cp-select"><option>Salon Vinitech</option></select></label>
        <label class="cp-field"><span class="cp-label">Dernière activité</span><select class="cp-select"><option>30 derniers jours</option></select></label>
        <label class="cp-field"><span class="cp-label">Ville</span><input class="cp-input" placeholder="Contient…"></label>
        <button class="cp-linkbtn" type="button">{icon("add")}Ajouter un critère</button></div>
      <div class="cp-filters-foot">{button("neutral", "Enregistrer comme vue", "bookmark_add", more='style="width:100%"')}</div></aside>"""


MASSBAR = f"""<div class="cp-massbar" role="toolbar" aria-label="Actions sur la sélection" data-testid="mass-actions"><span><b class="num">4</b> sélectionnés</span>
  <button class="cp-massbar-all" type="button">Tout sélectionner (214)</button><span class="cp-massbar-sep"></span>
  <button class="cp-massbar-btn" type="button">{icon("swap_horiz")}Convertir</button><button class="cp-massbar-btn" type="button">{icon("person")}Attribuer</button>
  <button class="cp-massbar-btn" type="button">{icon("campaign")}Campagne</button><button class="cp-massbar-btn" type="button">{icon("mail")}E-mail</button>
  <button class="cp-massbar-btn" type="button" aria-label="Autres actions">{icon("more_horiz")}</button><span class="cp-massbar-sep"></span>
  <button class="cp-massbar-btn" type="button" aria-label="Fermer">{icon("close")}<kbd class="cp-kbd cp-kbd--inv">Échap</kbd></button></div>"""


def list_page(*, with_filters: bool = True) -> str:
    heads = ("Entreprise", "Statut", "Source", "Score", "Propriétaire", "Activité")
    head = (
        '<div class="cp-thead" role="row"><div class="cp-th cp-th--check" role="columnheader"><input class="cp-checkbox" type="checkbox" aria-label="Tout sélectionner"></div>'
        f'<div class="cp-th cp-th--pin" role="columnheader" aria-sort="ascending"><button class="cp-th-btn" type="button">Nom{icon("arrow_upward", "sm")}</button><span class="cp-th-grip"></span></div>'
        + "".join(
            f'<div class="cp-th" role="columnheader"><button class="cp-th-btn" type="button">{h}</button><span class="cp-th-grip"></span></div>'
            for h in heads
        )
        + "</div>"
    )
    table = (
        '<div class="cp-table" data-testid="record-table" style="--cp-cols:50px 178px 181px 146px 129px 81px 108px minmax(70px,1fr)">'
        f'<div class="cp-only-phone cp-table-scroll">{"".join(phone_row(i) for i in range(12))}</div>'
        f'<div class="cp-table-scroll cp-hide-phone" role="grid" aria-label="Leads" aria-rowcount="214" tabindex="0">{head}<div class="cp-tbody" style="height:calc(40 * var(--row))">'
        f"{''.join(lead_row(i) for i in range(40))}</div></div>"
        f'{MASSBAR}<div class="cp-table-foot cp-hide-phone"><span class="num">214 leads</span><span class="cp-spacer"></span><span class="num">1–40 sur 214</span></div></div>'
    )
    return (
        f'<div class="cp-page">{title("Leads", "À qualifier, région Ouest", f"214 sur 1{NB}284", "Nouveau lead", "Liste", 3)}'
        f'<div class="cp-body cp-body--flush"><div class="cp-list">{filters() if with_filters else ""}{table}</div></div></div>'
    )


LANES = (
    ("Prospection", 9, "10", "148 000", ("Extension du hangar|SD|Chantier naval Riou|32 000|18 juil.|call:Appel jeudi", "Emballages 2026|SD|Biscuiterie Kermadec|18 500|25 juil.|none", "Isolation siège|TM|Isolation du Midi|27 400|30 juil.|mail:E-mail à envoyer", "Étiqueteuse|CA|Brasserie du Ried|21 900|31 juil.|call:Appel vendredi")),
    ("Qualification", 11, "25", "236 500", ("Quais de chargement|CA|Transports Delaunoy|74 500|10 juil.|event:Visite le 12 juin", "Presse offset|SD|Imprimerie Dhermont|52 000|15 juil.|call:Rappeler demain", "Serres chauffées|CA|Pépinières Tessier|38 000|17 juil.|mail:Fiche technique")),
    ("Analyse des besoins", 8, "45", "287 000", ("Cuverie inox 2025|SD|Cave de Montredon|64 000|4 juil.|event:Réunion le 6 juin", "Ligne de coulée|TM|Fonderie du Vercors|118 000|8 juil.|today:Visite aujourd’hui")),
    ("Proposition", 7, "65", "311 000", ("Ligne de menuiserie alu|CA|Menuiserie Vasselin|48 200|20 juin|late:Relance devis en retard", "Pompes HX, lot 2|CA|Hydromat Industrie|127 900|27 juin|today:Fiche avant 16:00", "Papier recyclé|SD|Papeterie Saint-Gildas|39 600|1 juil.|call:Appel le 5 juin")),
    ("Négociation", 3, "85", "302 000", ("Rénovation du chai|CA|Domaine des Trois Pierres|86 400|12 juin|late:Rappel en retard", "Contrat cadre acier|CA|Aciers Bréval|213 000|11 juil.|today:À préparer ce soir")),
)  # fmt: skip


def money(text: str, space: str = NB) -> str:
    return text.replace(" ", space) + space + "€"


def card(text: str) -> str:
    name, owner, firm, amount, day, action = text.split("|")
    kind, _, words = action.partition(":")
    following = {
        "none": chip("wa", "Aucune action prévue", "error"),
        "late": chip("da", words, "call"),
        "today": f"{icon('event', 'sm')}{words}",
    }.get(kind, f"{icon(kind, 'sm')}{words}")
    return (
        f'<article class="cp-kcard" data-testid="kanban-card" data-id="{name}" tabindex="0"><div class="cp-kcard-top"><a class="cp-kcard-title" href="#">{name}</a>{avatar(owner)}</div>'
        f'<div class="cp-kcard-line">{company(initials(firm))}{firm}</div>'
        f'<div class="cp-kcard-line"><b class="num">{money(amount)}</b><span class="cp-spacer"></span><span class="cp-faint num">{day}</span></div>'
        f'<div class="cp-kcard-next{" cp-today" if kind == "today" else ""}">{following}</div></article>'
    )


def board_page() -> str:
    lanes = "".join(
        f'<section class="cp-lane" data-testid="kanban-column" style="--cp-ramp:var(--r{i + 1})"><div class="cp-lane-head"><div class="cp-lane-name"><h2>{name}</h2>{count(n)}<span class="cp-spacer"></span><span class="cp-faint cp-caption num">{p}{NB}%</span></div>'
        f'<div class="cp-lane-total num">{money(total, "&nbsp;")}</div></div><div class="cp-lane-cards">{"".join(map(card, cards))}</div>'
        f'<div class="cp-lane-foot"><button class="cp-linkbtn cp-linkbtn--quiet" type="button">{icon("add")}Ajouter</button><span class="cp-spacer"></span><button class="cp-linkbtn" type="button">{n} de plus</button></div></section>'
        for i, (name, n, p, total, cards) in enumerate(LANES)
    )
    collapsed = f'<section class="cp-lane is-collapsed" data-testid="kanban-column"><div class="cp-lane-head"><h2 class="cp-lane-title">À valider</h2>{count(0)}</div></section>'
    tools = (
        f'<div class="cp-tools">Total <b class="num">{money("1 284 500")}</b><span class="cp-middot" aria-hidden="true">·</span>Pondéré <b class="num">{money("661 900")}</b>'
        f'<span class="cp-middot" aria-hidden="true">·</span>Objectif du trimestre <b class="num">{money("750 000")}</b><span class="cp-progress" style="--cp-v:65%"></span><span class="num">65{NB}%</span>'
        f'<span class="cp-spacer"></span>{button("quiet", f"Propriétaire{NB}: tous", "person")}{button("quiet", f"Tri{NB}: clôture", "swap_vert")}</div>'
    )
    zones = (
        f'<div class="cp-zones"><div class="cp-zone cp-zone--ok">{icon("trophy")}<span>Gagnées en juin</span>{count(7)}<span class="cp-spacer"></span><b class="num">{money("184 300")}</b></div>'
        f'<div class="cp-zone cp-zone--da">{icon("do_not_disturb_on")}<span>Perdues en juin</span>{count(3)}<span class="cp-spacer"></span><b class="num">{money("41 000")}</b></div></div>'
    )
    return (
        f'<div class="cp-page">{title("Transactions", "Pipeline B2B", "38 ouvertes", "Nouvelle transaction", "Kanban")}{tools}'
        f'<div class="cp-body cp-body--flush"><div class="cp-boardwrap"><div class="cp-board" data-testid="kanban-board">{lanes}{collapsed}</div>{zones}</div></div></div>'
    )


def canvas_page() -> str:
    cards = "".join(
        f'<article class="cp-ccard" data-testid="canvas-card" data-id="{i}"><div class="cp-ccard-head">{company(initials(firm), "cp-avatar--40")}<div class="cp-ccard-name"><a class="cp-ccard-title" href="#">{firm}</a><div class="cp-ccard-sub">Angers · 42 salariés</div></div>{chip("ac", "Stratégique")}</div>'
        f'<div class="cp-ccard-grid"><div class="cp-slot"><div class="cp-slot-label">Pipeline ouvert</div><div class="cp-slot-value cp-slot-figure num">{money("48 200", "&nbsp;")}</div></div>'
        f'<div class="cp-slot"><div class="cp-slot-label">Signé en 2025</div><div class="cp-slot-value num">{money("112 400")}</div></div></div>'
        f'<div class="cp-ccard-foot">{avatar("CA")}Claire A.<span class="cp-spacer"></span><span class="num">Hier, 16:20</span></div></article>'
        for i, (_, firm, *_rest) in enumerate(LEADS)
    )
    return f'<div class="cp-page">{title("Comptes", "Mes comptes", "126", "Nouveau compte", "Canvas")}<div class="cp-body"><div class="cp-canvas">{cards}</div></div></div>'
