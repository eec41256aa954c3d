"""What the start says on the terminal, in French or English as the system is, before the application can speak.

Everything goes to standard error: standard output belongs to the command that is started.
"""

import os
import sys
from collections.abc import Mapping

TEXTS = {  # key: (French, English)
    "waiting": (
        "Un autre démarrage installe Comptoir : j’attends qu’il ait fini…",
        "Another start is installing Comptoir: waiting for it to finish…",
    ),
    "venv": ("1/3  Création de l’environnement Python dans .venv", "1/3  Making the Python environment in .venv"),
    "resume": (
        "1/3  L’environnement .venv existe : l’installation reprend",
        "1/3  The environment .venv exists: going on with it",
    ),
    "install": (
        "2/3  Installation des composants (une seule fois, une à quelques minutes)",
        "2/3  Installing the packages (only once, a minute or a few)",
    ),
    "fetching": ("     {done} composants sur {total} prêts à installer", "     {done} of {total} packages fetched"),
    "installing": ("     {done} composants sur {total} installés", "     {done} of {total} packages installed"),
    "retrying": ("     Le réseau ne répond pas : nouvel essai…", "     The network does not answer: trying again…"),
    "compile": ("3/3  Préparation pour des démarrages rapides", "3/3  Preparing for fast starts"),
    "ready": ("Comptoir est installé ({seconds} s).", "Comptoir is installed ({seconds} s)."),
    "no_venv": (
        (
            "Il manque à ce Python le module « {module} », qui crée l’environnement .venv.\n"
            "  Debian, Ubuntu : sudo apt install python{version}-venv ; ailleurs, installez Python depuis python.org.\n"
            "  Puis relancez la même commande."
        ),
        (
            'This Python lacks the module "{module}", which makes the environment .venv.\n'
            "  Debian, Ubuntu: sudo apt install python{version}-venv; elsewhere install Python from python.org.\n"
            "  Then run the same command again."
        ),
    ),
    "venv_failed": (
        (
            "Impossible de créer l’environnement .venv :\n{detail}\n"
            "  Fermez Comptoir s’il est ouvert, supprimez le dossier {folder}, puis relancez la même commande."
        ),
        (
            "The environment .venv could not be made:\n{detail}\n"
            "  Close Comptoir if it is open, delete the folder {folder}, then run the same command again."
        ),
    ),
    "network": (
        (
            "Impossible de télécharger les composants : le réseau ne répond pas.\n"
            "  Vérifiez la connexion à Internet (derrière un serveur mandataire, renseignez HTTPS_PROXY), puis relancez\n"
            "  la même commande : ce qui est déjà installé ne sera pas téléchargé de nouveau."
        ),
        (
            "The packages could not be fetched: the network does not answer.\n"
            "  Check the Internet connection (behind a proxy, set HTTPS_PROXY), then run the same command again:\n"
            "  what is already installed will not be fetched again."
        ),
    ),
    "certificate": (
        (
            "Impossible de télécharger les composants : le certificat du serveur n’est pas reconnu.\n"
            "  Si votre entreprise filtre le réseau, indiquez son certificat dans PIP_CERT, puis relancez la même commande."
        ),
        (
            "The packages could not be fetched: the server’s certificate is not trusted.\n"
            "  If your company filters the network, name its certificate in PIP_CERT, then run the same command again."
        ),
    ),
    "hash": (
        (
            "Un composant reçu n’est pas celui que Comptoir attend : il n’a pas été installé.\n{detail}\n"
            "  Le fichier a été abîmé ou remplacé en chemin. Relancez avec PIP_NO_CACHE_DIR=1 ; si le message revient,\n"
            "  changez de réseau ou de miroir, et signalez-le."
        ),
        (
            "A package is not the one that Comptoir expects: it has not been installed.\n{detail}\n"
            "  The file was damaged or replaced on its way. Run again with PIP_NO_CACHE_DIR=1; if this message comes\n"
            "  back, use another network or mirror, and report it."
        ),
    ),
    "no_package": (
        (
            "Un composant n’existe pas pour ce Python {version} ({platform}) :\n{detail}\n"
            "  Essayez un autre Python (3.11 à 3.14), puis relancez la même commande avec lui."
        ),
        (
            "A package does not exist for this Python {version} ({platform}):\n{detail}\n"
            "  Try another Python (3.11 to 3.14), and run the same command with it."
        ),
    ),
    "disk": (
        (
            "Le disque est plein : il faut environ {megabytes} Mo libres pour {folder}.\n"
            "  Faites de la place, puis relancez la même commande : l’installation reprendra."
        ),
        (
            "The disk is full: about {megabytes} MB must be free for {folder}.\n"
            "  Make room, then run the same command again: the installation will go on."
        ),
    ),
    "read_only": (
        (
            "Comptoir ne peut pas écrire dans {folder}.\n"
            "  Placez le dossier de Comptoir là où vous pouvez écrire, ou corrigez les droits, puis relancez la même commande."
        ),
        (
            "Comptoir cannot write to {folder}.\n"
            "  Put Comptoir’s folder where you may write, or change its permissions, then run the same command again."
        ),
    ),
    "unknown": (
        "L’installation a échoué :\n{detail}\n  Tout le détail est dans {log}. Relancez la même commande ; si cela se répète, signalez-le.",
        "The installation failed:\n{detail}\n  All details are in {log}. Run the same command again; if it happens again, report it.",
    ),
}


class Stop(Exception):
    """The start cannot go on: a key of TEXTS, and what its text names."""

    def __init__(self, key: str, **details: object) -> None:
        super().__init__(key)
        self.key = key
        self.details = details


def text(key: str, environment: Mapping[str, str], **details: object) -> str:
    """The sentence `key` in the language of `environment`."""
    return TEXTS[key][0 if is_french(environment) else 1].format(**details)


def say(key: str, **details: object) -> None:
    """Writes a sentence on standard error: standard output belongs to the command."""
    print_line(text(key, os.environ, **details))


def print_line(line: str, end: str = "\n") -> None:
    """Writes `line` on standard error, in the letters that the terminal has."""
    encoding = sys.stderr.encoding or "ascii"
    try:
        line.encode(encoding)
    except UnicodeEncodeError:  # an old console: narrow no-break spaces and the like
        line = line.replace("\u202f", " ").replace("…", "...").replace("’", "'").encode(encoding, "replace").decode(encoding)
    print(line, end=end, file=sys.stderr, flush=True)


def is_french(environment: Mapping[str, str]) -> bool:
    """Whether the user's system speaks French."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name].lower().startswith("fr")
    if sys.platform == "win32":
        import ctypes

        return ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x0C  # the primary language: French
    return False
