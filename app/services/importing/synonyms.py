"""Other words for fields, as other programs and people write them, in English and in French; compared folded.

Nothing here decides alone: a synonym proposes a field, its values must look like it.
"""

from __future__ import annotations

import re

from app.base.text import fold

FIELDS: dict[str, str] = {
    "Account_Name": "account|company|company name|organisation|organization|organization name|client|customer|customer name|compte|"
    "societe|entreprise|raison sociale|nom de l'entreprise|nom du client|nom de la societe|employer",
    "Deal_Name": "deal|deal title|opportunity|opportunity name|affaire|transaction|opportunite|nom de l'affaire|titre|intitule|subject|objet",
    "Amount": "close value|value|deal value|deal amount|opportunity amount|montant|montant ht|total|valeur|ca|prix",
    "Closing_Date": "close date|closed date|expected close date|closing|date de cloture|cloture|date de signature|date closed|echeance",
    "Stage": "deal stage|opportunity stage|sales stage|pipeline stage|etape|statut|status|phase",
    "Next_Step": "next action|prochaine etape|prochaine action",
    "Reason_For_Loss__s": "loss reason|lost reason|closed lost reason|motif de perte|raison de perte",
    "Owner": "owner name|sales agent|sales rep|salesperson|assigned to|account manager|agent|commercial|responsable|proprietaire|vendeur",
    "First_Name": "firstname|given name|forename|prenom",
    "Last_Name": "lastname|surname|family name|nom|nom de famille",
    "Email": "e mail|mail|email address|e mail address|courriel|adresse e mail|adresse mail|adresse email|email 1|work email",
    "Secondary_Email": "other email|email 2|second email|e mail secondaire",
    "Phone": "telephone|tel|phone number|telephone number|numero de telephone|business phone|work phone|phone 1|fixe",
    "Mobile": "cell|cell phone|mobile phone|portable|gsm|telephone portable|mobile number",
    "Website": "site|url|web|site web|site internet|web site|homepage",
    "Title": "job title|position|fonction|poste|role",
    "Designation": "job title|position|fonction|poste|title",
    "Department": "service|departement",
    "Date_of_Birth": "birthday|birth date|dob|date de naissance|naissance",
    "Billing_Street": "street|address|adresse|rue|adresse 1|address 1",
    "Billing_City": "city|ville|town|commune",
    "Billing_Code": "zip|zip code|postal code|postcode|code postal|cp",
    "Billing_State": "state|region|province|county",
    "Billing_Country": "country|pays|office location",
    "Mailing_Street": "street|address|adresse|rue|adresse 1|address 1",
    "Mailing_City": "city|ville|town|commune",
    "Mailing_Zip": "zip|zip code|postal code|postcode|code postal|cp",
    "Mailing_State": "state|region|province|county",
    "Mailing_Country": "country|pays",
    "Industry": "sector|secteur|secteur d'activite|activite|branch",
    "Annual_Revenue": "revenue|turnover|sales|chiffre d'affaires|ca annuel",
    "Employees": "headcount|effectif|number of employees|no of employees|nombre d'employes|salaries|company size",
    "Parent_Account": "subsidiary of|parent|parent company|societe mere|filiale de|maison mere",
    "Account_Type": "type|customer type|type de client",
    "SIREN__s": "siren|n siren|numero siren",
    "SIRET__s": "siret|n siret|numero siret",
    "VAT_Number__s": "vat|vat number|tva|numero de tva|tva intracommunautaire|n tva",
    "NAF_Code__s": "naf|ape|code naf|code ape",
    "Product_Name": "product|produit|article|designation|libelle|name|item",
    "Product_Code": "sku|reference|ref|code article|code produit|item code|product id|ean",
    "Product_Category": "category|categorie|famille",
    "Unit_Price": "price|sales price|list price|prix|prix unitaire|tarif|pu|pu ht|prix de vente",
    "Usage_Unit": "unit|unite",
    "Manufacturer": "brand|marque|fabricant|manufacturer",
    "Qty_in_Stock": "stock|quantity|qty|quantite|units in stock",
    "Description": "notes|note|comment|comments|remarks|remarques|commentaire|commentaires|observations",
    "Lead_Source": "source|origine|origin|provenance",
    "id": "record id|comptoir id|id comptoir|identifiant comptoir",
}  # fmt: skip

WON = frozenset({"won", "win", "closed won", "gagne", "gagnee", "signe", "signee", "ferme gagne", "conclue"})
LOST = frozenset({"lost", "loss", "closed lost", "perdu", "perdue", "ferme perdu", "abandonne", "abandonnee"})

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MARKS = re.compile(r"[^\w']+|_+")


def words(header: str) -> str:
    """A header in plain folded words: "closeValue", "Close_Value " and "CLOSE VALUE" are "close value"."""
    return " ".join(_MARKS.sub(" ", fold(_CAMEL.sub(" ", header))).replace(" s ", " ").split())


BY_WORD: dict[str, tuple[str, ...]] = {}
for _field, _list in FIELDS.items():
    for _word in _list.split("|"):
        BY_WORD[_word] = (*BY_WORD.get(_word, ()), _field)
