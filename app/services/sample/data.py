"""What the sample company sells, to whom: names invented for Comptoir. Phone numbers are of the ranges kept for fiction in France."""

from __future__ import annotations

PEOPLE = (
    ("Claire", "Aubert", "claire.aubert@atelier-lumen.example"),
    ("Samuel", "Delorme", "samuel.delorme@atelier-lumen.example"),
    ("Théa", "Marchal", "thea.marchal@atelier-lumen.example"),
)

# name, kind, industry, postcode, city, region, size
ACCOUNTS = (
    ("Domaine des Trois Pierres", "Customer", "Agriculture", "49080", "Bouchemaine", "Pays de la Loire", 34),
    ("Cave de Montredon", "Customer", "Agriculture", "34500", "Béziers", "Occitanie", 58),
    ("Biscuiterie Kermadec", "Customer", "Manufacturing", "29000", "Quimper", "Bretagne", 120),
    ("Hydromat Industrie", "Customer", "Manufacturing", "38500", "Voiron", "Auvergne-Rhône-Alpes", 240),
    ("Menuiserie Vasselin", "Customer", "Construction", "49100", "Angers", "Pays de la Loire", 22),
    ("Laiterie des Aravis", "Customer", "Manufacturing", "74230", "Thônes", "Auvergne-Rhône-Alpes", 75),
    ("Transports Delaunoy", "Prospect", "Transport and Storage", "62300", "Lens", "Hauts-de-France", 310),
    ("Fonderie du Vercors", "Customer", "Manufacturing", "38250", "Villard-de-Lans", "Auvergne-Rhône-Alpes", 96),
    ("Chantier naval Riou", "Prospect", "Manufacturing", "29900", "Concarneau", "Bretagne", 64),
    ("Papeterie Saint-Gildas", "Customer", "Manufacturing", "56730", "Saint-Gildas-de-Rhuys", "Bretagne", 47),
    ("Aciers Bréval", "Customer", "Manufacturing", "59140", "Dunkerque", "Hauts-de-France", 520),
    ("Verrerie d’Albi", "Prospect", "Manufacturing", "81000", "Albi", "Occitanie", 180),
    ("Isolation du Midi", "Prospect", "Construction", "30000", "Nîmes", "Occitanie", 41),
    ("Brasserie du Ried", "Customer", "Manufacturing", "67600", "Sélestat", "Grand Est", 28),
    ("Charpentes Castagnet", "Prospect", "Construction", "64000", "Pau", "Nouvelle-Aquitaine", 36),
    ("Imprimerie Dhermont", "Customer", "Manufacturing", "51100", "Reims", "Grand Est", 52),
    ("Pépinières Tessier", "Prospect", "Agriculture", "45160", "Olivet", "Centre-Val de Loire", 18),
    ("Clinique des Érables", "Customer", "Health and Social Work", "69006", "Lyon", "Auvergne-Rhône-Alpes", 260),
    ("Lycée agricole de Valmont", "Prospect", "Education", "76540", "Valmont", "Normandie", 90),
    ("Coopérative du Haut-Quercy", "Customer", "Agriculture", "46100", "Figeac", "Occitanie", 140),
    ("Conserverie Le Bihan", "Customer", "Manufacturing", "56410", "Étel", "Bretagne", 66),
    ("Hôtel des Remparts", "Prospect", "Accommodation and Food", "35400", "Saint-Malo", "Bretagne", 38),
    ("Scierie Vosgienne", "Customer", "Manufacturing", "88400", "Gérardmer", "Grand Est", 44),
    ("Plasturgie Jurassienne", "Prospect", "Manufacturing", "39100", "Dole", "Bourgogne-Franche-Comté", 132),
    ("Marbrerie Puech", "Customer", "Construction", "11000", "Carcassonne", "Occitanie", 15),
    ("Logis du Perche", "Prospect", "Accommodation and Food", "61400", "Mortagne-au-Perche", "Normandie", 24),
    ("Métropole Rives-de-Seine", "Prospect", "Public Administration", "76000", "Rouen", "Normandie", 850),
    ("Fromagerie Cantalou", "Customer", "Manufacturing", "15000", "Aurillac", "Auvergne-Rhône-Alpes", 33),
    ("Ateliers Roussillon", "Customer", "Manufacturing", "66000", "Perpignan", "Occitanie", 59),
    ("Distillerie du Val", "Prospect", "Manufacturing", "16100", "Cognac", "Nouvelle-Aquitaine", 29),
    ("Carrières de l’Esterel", "Prospect", "Mining", "83600", "Fréjus", "Provence-Alpes-Côte d’Azur", 77),
    ("Maison Lestrade", "Customer", "Trade", "33000", "Bordeaux", "Nouvelle-Aquitaine", 46),
    ("Huilerie des Alpilles", "Customer", "Manufacturing", "13210", "Saint-Rémy-de-Provence", "Provence-Alpes-Côte d’Azur", 19),
    ("Énergies du Larzac", "Partner", "Energy", "12100", "Millau", "Occitanie", 62),
    ("Bureau d’études Novalis", "Prescriber", "Professional and Technical Services", "31000", "Toulouse", "Occitanie", 27),
    ("Distri-Ouest", "Distributor", "Trade", "44800", "Saint-Herblain", "Pays de la Loire", 210),
    ("Groupe Bréval", "Customer", "Finance and Insurance", "59800", "Lille", "Hauts-de-France", 35),
    ("Salaisons Etcheverry", "Customer", "Manufacturing", "64200", "Biarritz", "Nouvelle-Aquitaine", 83),
    ("Textiles Amblard", "Prospect", "Manufacturing", "42300", "Roanne", "Auvergne-Rhône-Alpes", 112),
    ("Serres de Provence", "Customer", "Agriculture", "84300", "Cavaillon", "Provence-Alpes-Côte d’Azur", 54),
)

FIRST_NAMES = (
    "Malik", "Hélène", "Yannick", "Aïcha", "Bertrand", "Solène", "Grégoire", "Nadia", "Paul-Antoine", "Inès", "Thomas", "Odile",
    "Karim", "Florence", "Rémi", "Lucie", "Hugo", "Maud", "Étienne", "Chloé", "François", "Léa", "Noël", "Sophie", "Mehdi",
    "Anaïs", "Jérôme", "Camille", "Loïc", "Zoé", "Gaël", "Bénédicte", "Xavier", "Fatou", "Olivier", "Maëlle",
)  # fmt: skip
LAST_NAMES = (
    "Ferrand", "Courtois", "Le Guen", "Benmoussa", "Vasselin", "Arnoux", "Delaunoy", "Kessler", "Riou", "Marchetti", "Grandjean",
    "Peyrard", "Soltani", "Weber", "Castagnet", "Dhermont", "Tessier", "Hérissé", "Lœuillet", "Grange", "Bouvier", "Nguyen",
    "Da Silva", "Garnier", "Roussel", "Chevallier", "Lacaze", "Morvan", "Perrin", "Girard", "Baudry", "Carpentier", "Fleury",
    "Joly", "Mercier", "Picard", "Rolland", "Tanguy",
)  # fmt: skip
TITLES = (
    "Directrice générale", "Responsable des achats", "Directeur technique", "Chef d’atelier", "Responsable de production",
    "Gérant", "Responsable qualité", "Directeur financier", "Maître de chai", "Assistante de direction", "Responsable logistique",
)  # fmt: skip
DEPARTMENTS = ("Direction", "Achats", "Technique", "Production", "Finance", "Logistique")

# code, name, category, unit, price
PRODUCTS = (
    ("PX-20", "Pompe de transfert HX 20", "Hardware", "Each", "1890"),
    ("PX-40", "Pompe de transfert HX 40", "Hardware", "Each", "3450"),
    ("CU-500", "Cuve inox 500 L", "Hardware", "Each", "2780"),
    ("CU-2000", "Cuve inox 2 000 L", "Hardware", "Each", "7640"),
    ("CV-3", "Convoyeur à bande 3 m", "Hardware", "Each", "4290"),
    ("ET-100", "Étiqueteuse semi-automatique", "Hardware", "Each", "5980"),
    ("RA-PAL", "Rayonnage à palettes, travée", "Hardware", "Each", "640"),
    ("TB-ACC", "Tableau de commande", "Hardware", "Each", "2150"),
    ("CH-ALU", "Châssis aluminium à rupture de pont", "Hardware", "Square Metre", "385"),
    ("IS-LDB", "Isolant en laine de bois", "Consumable", "Square Metre", "24.5"),
    ("TU-INX", "Tube inox 316L", "Consumable", "Metre", "38.9"),
    ("JO-KIT", "Kit de joints alimentaires", "Spare Part", "Pack", "86"),
    ("FI-10", "Filtre à plaques, lot de 10", "Consumable", "Pack", "129"),
    ("SV-INS", "Installation sur site", "Service", "Day", "780"),
    ("SV-MNT", "Contrat de maintenance annuel", "Service", "Each", "1450"),
    ("SV-AUD", "Audit énergétique d’atelier", "Service", "Each", "2900"),
    ("SV-HOR", "Intervention technique", "Service", "Hour", "95"),
    ("LG-SUP", "Supervision d’atelier, licence annuelle", "Software", "Each", "1190"),
    ("FO-OPR", "Formation des opérateurs", "Training", "Day", "1100"),
)

# subject, lowest and highest amount in euros
SUBJECTS = (
    ("Rénovation du chai", 28_000, 96_000),
    ("Extension du hangar", 18_000, 64_000),
    ("Ligne de conditionnement", 42_000, 160_000),
    ("Pompes de transfert", 6_000, 32_000),
    ("Cuverie inox", 22_000, 88_000),
    ("Contrat de maintenance", 2_400, 14_000),
    ("Étiqueteuse", 5_900, 21_000),
    ("Chambre froide", 19_000, 58_000),
    ("Audit énergétique", 2_900, 9_800),
    ("Rayonnage de l’entrepôt", 7_500, 46_000),
    ("Supervision d’atelier", 1_200, 18_500),
    ("Isolation du siège", 12_000, 39_000),
    ("Convoyeur d’expédition", 8_600, 37_000),
    ("Châssis et pose", 15_000, 72_000),
    ("Formation des opérateurs", 1_100, 6_600),
    ("Remplacement des cuves", 16_000, 54_000),
)
NEXT_STEPS = (
    "Appeler le responsable des achats", "Envoyer la fiche technique", "Visite de l’atelier", "Relancer le devis",
    "Préparer la démonstration", "Valider le planning de pose", "Rencontrer la direction", "Obtenir l’accord de la banque",
)  # fmt: skip
NOTES = (
    "Décision attendue après le conseil d’administration. Budget confirmé pour cette année.",
    "Sensible au délai de pose : l’atelier ferme deux semaines en août.",
    "A demandé une variante avec reprise de l’ancien matériel.",
    "Très satisfait de la dernière intervention, souhaite un contrat pluriannuel.",
    "Le concurrent propose un prix plus bas mais sans formation.",
    "Passer par l’assistante pour fixer les rendez-vous, de préférence le matin.",
)  # fmt: skip
