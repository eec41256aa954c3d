"""More mock-ups for `tests.support.styleguide`: record, home, setup, states, floating parts, sign-in."""

from __future__ import annotations

from tests.support.styleguide_pages import (
    LANES,
    LEADS,
    NB,
    avatar,
    button,
    chip,
    company,
    count,
    gauge,
    icon,
    icon_button,
    initials,
    money,
)  # fmt: skip


def fact(label: str, value: str, state: str = "") -> str:
    return f'<div class="cp-fact {state}"><div class="cp-fact-label">{label}</div><div class="cp-fact-value" tabindex="0">{value}</div></div>'


def stage_path() -> str:
    done = "".join(
        f'<button class="cp-stage is-done" type="button">{icon("check")}<span class="cp-stage-name">{name}</span></button>'
        for name, *_ in LANES[:3]
    )
    return (
        f'<div class="cp-stagepath" role="group" aria-label="Étape">{done}<button class="cp-stage" type="button" aria-current="step"><span><span class="cp-stage-name">Proposition</span><span class="num"> · 12 j</span></span></button>'
        f'<button class="cp-stage" type="button"><span class="cp-stage-name">Négociation</span></button>'
        f'<span class="cp-stagepath-end"><button class="cp-btn cp-btn--neutral cp-btn--won" type="button">{icon("trophy")}Gagnée</button>{button("neutral", "Perdue", "block")}</span></div>'
    )


def record_head() -> str:
    return f"""<div class="cp-record-head">
      <div class="cp-record-nav"><nav class="cp-crumbs" aria-label="Fil d’Ariane"><a class="cp-link" href="#">Transactions</a>{icon("chevron_right")}<span>Pipeline B2B</span></nav><span class="cp-spacer"></span><span class="cp-faint cp-caption num">3 sur 38</span>{icon_button("Précédent", "keyboard_arrow_up", "cp-iconbtn cp-iconbtn--small")}{icon_button("Suivant", "keyboard_arrow_down", "cp-iconbtn cp-iconbtn--small")}</div>
      <div class="cp-record-title">{company("MV", "cp-avatar--40")}<div class="cp-record-name"><div class="cp-record-heading"><h1 class="cp-h1">Ligne de menuiserie alu</h1><button class="cp-iconbtn cp-iconbtn--small" type="button" aria-label="Favori" aria-pressed="true"><span class="cp-star" aria-hidden="true"></span></button></div>
        <div class="cp-record-sub"><a class="cp-link" href="#">Menuiserie Vasselin</a><span class="cp-middot">·</span><b class="num">{money("48 200")}</b><span class="cp-middot">·</span><span>clôture le 20 juin</span><span class="cp-middot">·</span><span class="cp-inline">{avatar("CA")}Claire A.</span></div></div>
        <div class="cp-record-actions">{icon_button("Appeler", "call", "cp-btn cp-btn--neutral cp-btn--icon")}{button("neutral", "E-mail", "mail")}{icon_button("Autres actions", "more_horiz", "cp-btn cp-btn--neutral cp-btn--icon")}{button("neutral", "Modifier", "edit", "E")}{button("primary", "Nouveau devis", "request_quote", "D")}</div></div>
      {stage_path()}
      <div class="cp-record-tabs"><div class="cp-tabs" role="tablist" aria-label="Fiche"><button class="cp-tab" role="tab" aria-selected="true">Informations</button><button class="cp-tab" role="tab" aria-selected="false">Chronologie</button></div><span class="cp-spacer"></span><button class="cp-linkbtn cp-linkbtn--quiet" type="button">{icon("visibility")}Champs vides masqués · 23</button></div></div>"""


def contacts_card() -> str:
    return f"""<section class="cp-card"><div class="cp-card-head"><h2 class="cp-card-title">Contacts {count(2)}</h2><span class="cp-spacer"></span>{button("quiet", "Associer", "link")}{button("neutral", "Nouveau", "add")}</div>
      <div class="cp-scroll-x" role="region" tabindex="0" aria-label="Tableau"><table class="cp-minitable"><thead><tr><th>Nom</th><th>Rôle</th><th>Téléphone</th><th>Dernier échange</th></tr></thead><tbody>
      <tr data-id="1"><td><span class="cp-inline">{avatar("BV")}<a class="cp-rowlink" href="#">Bertrand Vasselin</a></span></td><td>{chip("ac", "Décideur")}</td><td>02 41 55 06 30</td><td>Hier, appel de 12 min</td></tr>
      <tr data-id="2"><td><span class="cp-inline">{avatar("MH")}<a class="cp-rowlink" href="#">Maud Hérissé</a></span></td><td>{chip("nu", "Prescriptrice")}</td><td>02 41 55 06 34</td><td>22 mai, e-mail</td></tr></tbody></table></div></section>"""


def quotes_card() -> str:
    return f"""<section class="cp-card"><div class="cp-card-head"><h2 class="cp-card-title">Devis {count(2)}</h2><span class="cp-spacer"></span>{button("neutral", "Nouveau", "add")}</div>
      <div class="cp-scroll-x" role="region" tabindex="0" aria-label="Tableau"><table class="cp-minitable"><thead><tr><th>Numéro</th><th>Objet</th><th>Statut</th><th class="cp-right">Total HT</th><th class="cp-right">Valide jusqu’au</th></tr></thead><tbody>
      <tr><td>DV-2025-0412</td><td>Châssis et pose, version 2</td><td>{chip("in", "Envoyé")}</td><td class="cp-right num">{money("48 200")}</td><td class="cp-right">{chip("wa", "9 juin · 6 j")}</td></tr>
      <tr><td>DV-2025-0388</td><td>Châssis et pose</td><td>{chip("nu", "Remplacé")}</td><td class="cp-right num">{money("51 900")}</td><td class="cp-right">26 mai</td></tr></tbody></table></div></section>"""


def event(glyph: str, name: str, when: str, body: str, change: str = "") -> str:
    return (
        f'<li class="cp-event"><span class="cp-event-dot" aria-hidden="true">{icon(glyph, "sm")}</span><div class="cp-event-head"><span class="cp-event-title">{name}</span>'
        f'<time class="cp-event-time num">{when}</time></div><div class="cp-event-body">{body}</div>{change}</li>'
    )


def side() -> str:
    kinds = "".join(
        f'<button class="cp-seg-item" type="button" aria-pressed="{str(i == 0).lower()}">{k}</button>'
        for i, k in enumerate(("Note", "Appel", "E-mail", "Réunion", "Tâche"))
    )
    change = f'<div class="cp-event-change"><span class="cp-old num">{money("40 000")}</span> → <span class="cp-new num">{money("48 200")}</span></div><div class="cp-event-actions"><button class="cp-linkbtn" type="button">Annuler cette modification</button></div>'
    return f"""<aside class="cp-record-side" aria-label="Suivi">
      <div class="cp-nextaction is-late"><div class="cp-nextaction-head">{icon("alarm")}<b>Relancer le devis</b><span class="cp-spacer"></span><span class="num">hier</span></div><div class="cp-inline"><button class="cp-btn cp-btn--white cp-btn--small" type="button">{icon("check")}Fait</button><button class="cp-linkbtn" type="button">Reporter à demain</button></div></div>
      <div class="cp-composer"><div class="cp-seg cp-composer-kinds" role="group" aria-label="Consigner">{kinds}</div><textarea class="cp-textarea" rows="1" aria-label="Note" placeholder="Écrire une note…"></textarea></div>
      <div class="cp-timeline" data-testid="timeline"><div class="cp-timeline-head"><h2 class="cp-card-title">Chronologie</h2><span class="cp-spacer"></span><button class="cp-linkbtn" type="button">Filtrer</button></div>
      <h3 class="cp-timeline-day">Hier</h3><ol class="cp-timeline-list">{event("call", "Appel sortant", "16:20", "12 min · « attend l’accord de la banque »")}{event("drafts", "E-mail ouvert", "9:02", "Devis DV-2025-0412, ouvert 3 fois")}</ol>
      <h3 class="cp-timeline-day">26 mai</h3><ol class="cp-timeline-list">{event("send", "Devis envoyé", "14:10", f"DV-2025-0412 · {money('48 200')}")}{event("edit", "Montant", "11:32", "Claire A. · écran", change)}{event("trending_up", f"Étape{NB}: Proposition", "9:00", "depuis Analyse des besoins")}</ol></div></aside>"""


def record_page() -> str:
    lists = (
        ("Notes", 3),
        ("Produits", 4),
        ("Contacts", 2),
        ("Devis", 2),
        ("Activités ouvertes", 2),
        ("Activités closes", 9),
        ("E-mails", 14),
        ("Pièces jointes", 5),
        ("Campagnes", 1),
        ("Concurrents", 1),
    )
    related = "".join(
        f'<a class="cp-related-item" href="#{name}"{" aria-current=true" if name == "Contacts" else ""}>{name}{count(n)}</a>'
        for name, n in lists
    )
    facts = (
        fact("Étape", f"{gauge(4)} Proposition") + fact("Contact", f"{avatar('BV')}Bertrand Vasselin")
        + fact("Montant", f'<input class="cp-fact-input num" value="{money("48 200")}" aria-label="Montant">', "is-editing") + fact("Source", "Salon Vinitech")
        + fact("Probabilité", f'<span class="num">65{NB}%</span><span class="cp-faint">pondéré {money("31 330")}</span>', "is-readonly") + fact("Prochaine étape", chip("da", "Relance devis", "draft"))
        + fact("Date de clôture", "20 juin 2025") + fact("Concurrent", '<span class="cp-fact-empty">—</span>')
    )  # fmt: skip
    business = f"""<section class="cp-card cp-facts"><div class="cp-facts-grid">{facts}</div><div class="cp-card-foot"><span>Carte de visite</span><span class="cp-spacer"></span><span class="cp-hide-phone"><kbd class="cp-kbd">↵</kbd> valider &nbsp;<kbd class="cp-kbd">Échap</kbd> annuler</span><a class="cp-link" href="#">Afficher tous les détails</a></div></section>"""
    return f"""<div class="cp-page cp-record" data-testid="record-page" data-id="4711">{record_head()}<div class="cp-record-body">
      <nav class="cp-related" aria-label="Listes associées"><div class="cp-group-label">Listes associées</div>{related}<button class="cp-linkbtn" type="button">{icon("add")}Ajouter une liste</button></nav>
      <div class="cp-record-main">{business}{contacts_card()}{quotes_card()}</div>{side()}</div></div>"""


def figure(label: str, value: str, note: str, spark: bool = True) -> str:
    line = (
        '<svg class="cp-spark" viewBox="0 0 72 28" aria-hidden="true"><polyline points="0,18 10,14 20,20 30,10 40,13 50,7 60,10 68,3"/><circle cx="68" cy="3" r="2"/></svg>'
        if spark
        else ""
    )
    return f'<a class="cp-figure" href="#"><span class="cp-figure-label">{label}</span><span class="cp-figure-value num">{value}</span><span class="cp-figure-spark">{line}</span><span class="cp-figure-note">{note}</span></a>'


def task(glyph: str, name: str, firm: str, end: str, done: bool = False) -> str:
    return f'<div class="cp-row{" is-done" if done else ""}"><input class="cp-checkbox" type="checkbox" {"checked" if done else ""} aria-label="Fait{NB}: {name}">{icon(glyph)}<a class="cp-row-title" href="#">{name}</a><span class="cp-faint">{firm}</span><span class="cp-spacer"></span>{end}</div>'


def home_page() -> str:
    tasks = (
        task("call", "Rappeler M. Ferrand", "Domaine des Trois Pierres", chip("da", "En retard · hier 17:00"))
        + task("draft", "Relancer le devis DV-2025-0412", "Menuiserie Vasselin", chip("da", "En retard · hier"))
        + task("event", "Visite d’atelier", "Fonderie du Vercors", '<span class="cp-muted num">10:30 – 12:00</span>')
        + task("mail", "Envoyer la fiche technique HX-40", "Hydromat Industrie", '<span class="cp-muted">avant 16:00</span>')
        + task("handshake", "Préparer la négociation", "Aciers Bréval", '<span class="cp-muted">avant 18:00</span>', done=True)
    )
    deals = "".join(
        f'<tr><td>{name}</td><td><span class="cp-inline">{company(initials(firm))}{firm}</span></td><td>{gauge(stage)} {LANES[stage - 1][0]}</td><td class="cp-right num">{money(amount)}</td><td class="cp-right num">{day}</td></tr>'
        for name, firm, stage, amount, day in (("Rénovation du chai", "Domaine des Trois Pierres", 5, "86 400", "12 juin"), ("Ligne de menuiserie alu", "Menuiserie Vasselin", 4, "48 200", "20 juin"), ("Cuverie inox 2025", "Cave de Montredon", 3, "64 000", "4 juil."), ("Quais de chargement", "Transports Delaunoy", 2, "74 500", "10 juil."))
    )  # fmt: skip
    bars = "".join(
        f'<a class="cp-bar" href="#"><span class="cp-bar-head"><span class="cp-bar-name">{name}</span>{count(n)}<span class="cp-spacer"></span><span class="num">{money(total)}</span></span><span class="cp-bar-track"><span class="cp-bar-fill" style="--cp-v:{w}%;--cp-ramp:var(--r{i + 1})"></span></span></a>'
        for i, ((name, n, _, total, _c), w) in enumerate(zip(LANES, (48, 76, 92, 100, 97), strict=True))
    )
    agenda = "".join(
        f'<div class="cp-agenda-item{" is-mine" if mine else ""}"><time class="num">{when}</time><span class="cp-agenda-bar"></span><div><div class="cp-strong">{what}</div><div class="cp-caption cp-faint">{where}</div></div></div>'
        for when, what, where, mine in (
            ("9:00", "Point d’équipe Ouest", "Salle Loire · 30 min", False),
            ("10:30", "Visite d’atelier", "Fonderie du Vercors, Voiron", True),
        )
    )
    leads = "".join(
        f'<div class="cp-row" data-id="{i}">{company(initials(firm))}<a class="cp-row-title" href="#">{firm}</a><span class="cp-faint">Béziers</span><span class="cp-spacer"></span><span class="cp-row-end">Salon</span></div>'
        for i, (_, firm, *_r) in enumerate(LEADS[:3])
    )
    return f"""<div class="cp-page"><div class="cp-title"><h1 class="cp-h1">Bonjour Claire</h1><span class="cp-title-note">mardi 3 juin · 6 actions prévues, dont 2 en retard</span><span class="cp-spacer"></span>{button("quiet", "Équipe Ouest", "groups")}{button("quiet", "Juin 2025", "calendar_today")}{button("neutral", "Personnaliser", "dashboard_customize")}</div>
      <div class="cp-body"><div class="cp-home"><div class="cp-figures">
        {figure("Signé en juin", money("184 300", "&nbsp;"), f'<span class="cp-progress" style="--cp-v:74%"></span>74{NB}% de l’objectif')}
        {figure("Pipeline ouvert", money("1 284 500", "&nbsp;"), f"38 transactions, pondéré 662{NB}k€")}
        {figure("Devis en attente de réponse", "12", chip("wa", "3 expirent cette semaine"), spark=False)}
        {figure("Taux de transformation", "31,4&nbsp;%", f'<span class="cp-ok cp-strong cp-inline" style="gap:4px">{icon("trending_up", "sm")}+2,1 pts</span>sur 90 jours')}</div>
      <div class="cp-home-grid"><div class="cp-home-col">
        <section class="cp-card" data-testid="home-component"><div class="cp-card-head"><h2 class="cp-card-title">À faire aujourd’hui {count(6)}</h2><span class="cp-spacer"></span><a class="cp-link" href="#">Tout voir</a></div><div class="cp-rows">{tasks}</div></section>
        <section class="cp-card" data-testid="home-component"><div class="cp-card-head"><h2 class="cp-card-title">Transactions à conclure</h2><span class="cp-spacer"></span><a class="cp-link" href="#">Ouvrir dans Transactions</a></div><div class="cp-scroll-x" role="region" tabindex="0" aria-label="Tableau"><table class="cp-minitable"><thead><tr><th>Transaction</th><th>Compte</th><th>Étape</th><th class="cp-right">Montant</th><th class="cp-right">Clôture</th></tr></thead><tbody>{deals}</tbody></table></div></section>
      </div><div class="cp-home-col">
        <section class="cp-card" data-testid="home-component"><div class="cp-card-head"><h2 class="cp-card-title">Pipeline par étape</h2><span class="cp-spacer"></span><span class="cp-faint">montant</span></div><div class="cp-card-body"><div class="cp-bars">{bars}</div></div></section>
        <section class="cp-card" data-testid="home-component"><div class="cp-card-head"><h2 class="cp-card-title">Agenda</h2><span class="cp-spacer"></span><span class="cp-faint">aujourd’hui</span></div><div class="cp-agenda">{agenda}</div></section>
        <section class="cp-card" data-testid="home-component"><div class="cp-card-head"><h2 class="cp-card-title">Nouveaux leads {count(8)}</h2><span class="cp-spacer"></span><a class="cp-link" href="#">Voir</a></div><div class="cp-rows">{leads}</div></section>
      </div></div></div></div></div>"""


def setup_page() -> str:
    groups = (
        ("tune", "Généralités", "Paramètres personnels, entreprise, devises, exercice fiscal, jours ouvrés", ("Paramètres personnels", "Entreprise", "Devises et taxes", "Exercice fiscal")),
        ("group", "Utilisateurs et contrôle", "Comptes, profils, rôles, partage des données, journal de connexion", ("Utilisateurs", "Profils et rôles", "Règles de partage", "Connexion et sécurité")),
        ("forum", "Canaux", "E-mail, téléphonie, formulaires web, salons et kiosques", ("E-mail entrant et sortant", "Formulaires web", "Mode salon")),
        ("extension", "Personnalisation", "Modules et champs, mises en page, canvas, vues, modèles", ("Modules et champs", "Pipelines et étapes", "Canvas", "Modèles de documents")),
        ("bolt", "Automatisation", "Règles, approbations, affectation des leads, score", ("Règles de workflow", "Approbations", "Affectation des leads")),
        ("database", "Administration des données", "Import, export, doublons, sauvegardes, conformité RGPD", ("Importer", "Doublons", "Sauvegardes", "RGPD et conservation")),
    )  # fmt: skip
    cards = "".join(
        f'<section class="cp-setupcard"><span class="cp-setupcard-icon">{icon(glyph, "md")}</span><div><h2 class="cp-setupcard-title">{name}</h2><p class="cp-setupcard-text">{text}</p><div class="cp-setupcard-links">{"".join(f"""<a class="cp-link" href="#">{link}</a>""" for link in links)}</div></div></section>'
        for glyph, name, text, links in groups
    )
    facts = "".join(
        f"<div><dt>{k}</dt><dd>{v}</dd></div>"
        for k, v in (
            ("Adresse", "comptoir.lan"),
            ("Version", "1.4.2"),
            ("Utilisateurs connectés", "17"),
            ("Dernière sauvegarde", "cette nuit, 2:00"),
            ("Espace utilisé", f"38{NB}Go sur 240{NB}Go"),
        )
    )
    steps = "".join(
        f'<li class="cp-step{" is-done" if i < 4 else ""}">{s}</li>'
        for i, s in enumerate(
            (
                "Renseigner l’entreprise",
                "Inviter l’équipe",
                "Importer les comptes",
                "Définir les étapes de vente",
                "Connecter la messagerie",
                "Préparer le mode salon",
            )
        )
    )
    return f"""<div class="cp-page"><div class="cp-title"><h1 class="cp-h1">Configuration</h1><span class="cp-spacer"></span><span class="cp-inputbox cp-inputbox--search">{icon("search")}<input class="cp-input" placeholder="Trouver un réglage" aria-label="Trouver un réglage"><kbd class="cp-kbd">/</kbd></span></div>
      <div class="cp-body"><div class="cp-setup"><div class="cp-setup-grid">{cards}</div><aside class="cp-setup-side">
        <section class="cp-card"><div class="cp-card-body"><div class="cp-inline"><h2 class="cp-card-title">État du serveur</h2><span class="cp-spacer"></span>{chip("ok", "En service")}</div><dl class="cp-defs" style="margin-top:6px">{facts}</dl><span class="cp-progress cp-progress--block" style="--cp-v:16%;margin-top:6px"></span></div></section>
        <section class="cp-card"><div class="cp-card-body"><div class="cp-inline"><h2 class="cp-card-title">Mise en route</h2><span class="cp-spacer"></span><span class="cp-faint num">4 sur 6</span></div><span class="cp-progress cp-progress--block" style="--cp-v:66%;margin:10px 0 12px"></span><ul class="cp-steps">{steps}</ul></div></section></aside></div></div></div>"""


def setting_page() -> str:
    nav = "".join(
        f'<a class="cp-related-item" href="#"{" aria-current=page" if i == 1 else ""}>{n}</a>'
        for i, n in enumerate(("Paramètres personnels", "Entreprise", "Devises et taxes", "Exercice fiscal"))
    )
    rows = (
        '<div class="cp-setting"><div class="cp-setting-main"><div class="cp-setting-name">Langue par défaut</div><div class="cp-setting-text">Celle des nouveaux utilisateurs ; chacun peut choisir la sienne.</div></div><div class="cp-setting-control"><select class="cp-select" aria-label="Langue par défaut"><option>Français</option></select></div></div>'
        '<div class="cp-setting"><div class="cp-setting-main"><div class="cp-setting-name">Corbeille</div><div class="cp-setting-text">Garde 60 jours ce qui est supprimé.</div></div><div class="cp-setting-control"><label class="cp-switch"><input type="checkbox" role="switch" checked><span>Activée</span></label></div></div>'
    )
    fields = "".join(
        f'<label class="cp-field"><span class="cp-label">{label}</span><input class="cp-input" value="{value}" {more}>{after}</label>'
        for label, value, more, after in (
            ('Raison sociale <span class="cp-required">(obligatoire)</span>', "Menuiserie Vasselin", "", ""),
            ("SIRET", "123 456", 'aria-invalid="true"', f'<span class="cp-error">{icon("error", "sm")}Un SIRET a 14 chiffres.</span>'),
            ("Ville", "Angers", "", ""), ("Montant par défaut", "48 200", "", '<span class="cp-hint">Sans taxe.</span>'),
        )
    )  # fmt: skip
    return f"""<div class="cp-page"><div class="cp-title"><nav class="cp-crumbs" aria-label="Fil d’Ariane"><a class="cp-link" href="#">Configuration</a>{icon("chevron_right")}</nav><h1 class="cp-h1">Entreprise</h1></div>
      <div class="cp-setup-page"><nav class="cp-setup-nav"><div class="cp-group-label">Généralités</div>{nav}</nav><div class="cp-setup-main"><section class="cp-card" style="margin-bottom:16px">{rows}</section>
      <section class="cp-card"><div class="cp-card-head"><h2 class="cp-card-title">Adresse</h2></div><div class="cp-card-body"><form class="cp-form"><fieldset class="cp-section">{fields}</fieldset></form><div class="cp-dialog-actions">{button("neutral", "Annuler")}{button("primary", "Enregistrer")}</div></div></section></div></div></div>"""


def states_page() -> str:
    skeleton = "".join(
        f'<div class="cp-row"><span class="cp-skeleton" style="width:16px;height:16px"></span><span class="cp-skeleton" style="width:{120 - 9 * (i % 3)}px"></span><span class="cp-skeleton" style="width:{150 - 20 * (i % 2)}px"></span><span class="cp-spacer"></span><span class="cp-skeleton cp-skeleton--chip"></span></div>'
        for i in range(6)
    )
    return f"""<div class="cp-page"><div class="cp-title"><h1 class="cp-h1">Devis</h1><span class="cp-title-note">États{NB}: vide, erreur, chargement, annulation</span></div><div class="cp-body"><div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:16px">
      <section class="cp-card"><div class="cp-empty"><span class="cp-empty-art" aria-hidden="true"></span><h2 class="cp-empty-title">Aucun devis pour l’instant</h2><p class="cp-empty-text">Créez votre premier devis à partir d’une transaction, ou importez ceux de l’année en cours.</p><div class="cp-empty-actions">{button("primary", "Nouveau devis", "add")}{button("neutral", "Importer un fichier", "upload")}</div></div></section>
      <section class="cp-card"><div class="cp-empty cp-empty--error"><span class="cp-empty-badge">{icon("cloud_off", "lg")}</span><h2 class="cp-empty-title">La liste n’a pas pu être chargée</h2><p class="cp-empty-text">Le serveur ne répond pas depuis 14:32. Ce que vous avez saisi reste affiché et n’est pas encore enregistré.</p><div class="cp-empty-actions">{button("primary", "Réessayer", "refresh")}{button("quiet", "Copier les détails", "content_copy")}</div><p class="cp-caption cp-faint">Référence DV-LST-7F3A</p></div></section>
      <section class="cp-card" aria-busy="true"><div class="cp-card-head"><span class="cp-skeleton"></span></div><div class="cp-rows">{skeleton}</div></section>
      <section class="cp-card"><div class="cp-card-body cp-stack"><div class="cp-banner cp-banner--wa">{icon("cloud_off")}<span>Connexion perdue · 1 modification non enregistrée</span><span class="cp-spacer"></span><button class="cp-linkbtn" type="button">Réessayer</button></div><div class="cp-banner cp-banner--da" role="alert">{icon("error")}<span>Deux champs sont à corriger.</span></div><div class="cp-banner cp-banner--in">{icon("info")}<span>Import terminé{NB}: 1{NB}204 leads.</span></div>
        <div class="cp-nextaction is-none"><div class="cp-nextaction-head">{icon("error")}<b>Aucune action prévue</b></div></div><div class="cp-nextaction"><div class="cp-nextaction-head">{icon("event")}<b>Visite d’atelier</b><span class="cp-spacer"></span><span class="num">10:30</span></div></div>
        <div class="cp-stagepath cp-stagepath--ticks" style="margin-top:8px">{"".join('<button class="cp-stage is-done" type="button" title="Étape"><span class="cp-stage-name">Étape</span></button>' for _ in range(5))}<button class="cp-stage" type="button" aria-current="step"><span class="cp-stage-name">Validation par le service juridique du client</span></button><button class="cp-stage" type="button"><span class="cp-stage-name">Négociation</span></button></div></div></section></div></div></div>"""


TOAST = f'<div class="cp-toasts"><div class="cp-toast" role="status" data-testid="toast">{icon("delete")}<span>Devis DV-2025-0388 supprimé</span><span class="cp-toast-sep"></span><button class="cp-toast-action" type="button">Annuler</button><kbd class="cp-kbd cp-kbd--inv">Ctrl</kbd><kbd class="cp-kbd cp-kbd--inv">Z</kbd><button class="cp-toast-close" type="button" aria-label="Fermer">{icon("close")}</button></div></div>'

PALETTE = f"""<div class="cp-scrim"><div class="cp-palette" role="dialog" aria-label="Rechercher" data-testid="command-palette"><div class="cp-palette-head">{icon("search", "md")}<input class="cp-palette-input" value="vass" aria-label="Rechercher"><kbd class="cp-kbd">Échap</kbd></div><div class="cp-palette-list" role="listbox" aria-label="Résultats">
  <div class="cp-palette-group" role="group" aria-label="Enregistrements"><div class="cp-group-label">Enregistrements</div>
  <div class="cp-palette-item" role="option" aria-selected="true">{icon("domain")}<span class="cp-palette-title">Menuiserie <mark>Vass</mark>elin</span><span class="cp-palette-sub">Compte · Angers · 1 transaction ouverte</span><span class="cp-spacer"></span><span class="cp-palette-end">Ouvrir <kbd class="cp-kbd">↵</kbd></span></div>
  <div class="cp-palette-item" role="option" aria-selected="false">{icon("contacts")}<span class="cp-palette-title">Bertrand <mark>Vass</mark>elin</span><span class="cp-palette-sub">Contact · gérant</span></div>
  <div class="cp-palette-item" role="option" aria-selected="false">{icon("request_quote")}<span class="cp-palette-title">DV-2025-0412</span><span class="cp-palette-sub">Devis · Menuiserie <mark>Vass</mark>elin</span><span class="cp-spacer"></span>{chip("in", "Envoyé")}</div></div>
  <div class="cp-palette-group" role="group" aria-label="Aller à"><div class="cp-group-label">Aller à</div><div class="cp-palette-item" role="option" aria-selected="false">{icon("settings")}<span class="cp-palette-title">Valeurs de liste « Secteur »</span><span class="cp-palette-sub">Configuration · Personnalisation</span></div></div></div>
  <div class="cp-palette-foot"><kbd class="cp-kbd">↑</kbd><kbd class="cp-kbd">↓</kbd> parcourir <kbd class="cp-kbd">↵</kbd> ouvrir <kbd class="cp-kbd">→</kbd> actions <span class="cp-spacer"></span>8 résultats</div></div></div>"""

DRAWER = f"""<div class="cp-scrim"><div class="cp-drawer" role="dialog" aria-label="Nouveau lead"><div class="cp-drawer-head"><h2 class="cp-drawer-title">Nouveau lead</h2><span class="cp-spacer"></span>{icon_button("Fermer", "close")}</div><div class="cp-drawer-body"><form class="cp-form"><div class="cp-section">
  <label class="cp-field"><span class="cp-label">Nom <span class="cp-required">(obligatoire)</span></span><input class="cp-input" value="Ferrand"></label><label class="cp-field"><span class="cp-label">Entreprise</span><input class="cp-input" value="Domaine des Trois Pierres"></label>
  <label class="cp-field"><span class="cp-label">E-mail</span><input class="cp-input" value="malik@" aria-invalid="true"><span class="cp-error">{icon("error", "sm")}Adresse incomplète{NB}: il manque ce qui suit « @ ».</span></label>
  <label class="cp-field"><span class="cp-label">Notes</span><textarea class="cp-textarea"></textarea></label></div></form></div><div class="cp-drawer-foot">{button("neutral", "Annuler")}{button("primary", "Enregistrer")}</div></div></div>"""

DIALOG = f"""<div class="cp-scrim"><div class="cp-dialog" role="dialog" aria-modal="true" aria-labelledby="t"><h2 class="cp-dialog-title" id="t">Vider la corbeille{NB}?</h2><p class="cp-dialog-text">4 leads seront effacés pour toujours. Les activités liées sont conservées.</p><div class="cp-dialog-actions">{button("neutral", "Annuler", key="Échap")}{button("danger", "Effacer")}</div></div></div>"""

LOGIN = f"""<div class="cp-login-page"><main class="cp-login"><div class="cp-login-brand"><span class="cp-mark" aria-hidden="true"></span><span class="cp-wordmark">Comptoir</span></div><h1 class="cp-h1">Connexion</h1>
  <div class="cp-banner cp-banner--da" role="alert">{icon("error")}<span>Adresse ou mot de passe inconnus.</span></div>
  <form class="cp-login-form"><label class="cp-field"><span class="cp-label">E-mail</span><input class="cp-input" type="email" value="claire@exemple.fr" autocomplete="username"></label><label class="cp-field"><span class="cp-label">Mot de passe</span><input class="cp-input" type="password" value="secret" autocomplete="current-password"></label><label class="cp-check"><input type="checkbox"><span>Rester connecté sur cet appareil</span></label><button class="cp-btn cp-btn--primary cp-btn--block cp-btn--large" type="button">Se connecter</button></form>
  <div class="cp-choices"><label class="cp-choice"><input type="radio" name="start" checked><span class="cp-choice-title">Données d’exemple</span><span class="cp-choice-text">Pour essayer ; s’enlèvent en un clic.</span></label><label class="cp-choice"><input type="radio" name="start"><span class="cp-choice-title">Vide</span><span class="cp-choice-text">Vous saisirez ou importerez.</span></label></div>
  <p class="cp-login-note">Mot de passe oublié{NB}? Votre administrateur peut en donner un nouveau.</p></main></div>"""
