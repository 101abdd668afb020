"""What a column holds by its heading, in the languages in which people write them.

Only what is text to us is known in other languages: of a level, a language or an owner the cells would have to be, too.
"""

import re
import unicodedata
from collections.abc import Mapping

from crm_core.domain.folding import fold

GIVEN, FAMILY, NAME = "given_name", "family_name", "name"
_DECORATION = re.compile(r"[*:：]|[(（\[【].*?[)）\]】]")
_SIGNS = re.compile(r"[\s_./\-]+")
_NUMBERED = re.compile(r"\s*\d$")


def plain(heading: str) -> str:
    """Leave out what headings differ in: signs, accents, and what stands in brackets."""
    signs = unicodedata.normalize("NFKD", fold(_DECORATION.sub(" ", heading)))
    letters = "".join(sign for sign in signs if not unicodedata.combining(sign))
    return _SIGNS.sub(" ", unicodedata.normalize("NFC", letters)).strip()


def table_of(*headings: Mapping[str, str]) -> dict[str, str]:
    """Say which field each heading is; they are given by field, with bars between."""
    return {plain(one): field for each in headings for field, text in each.items() for one in text.split("|")}


def unnumbered(text: str) -> str:
    """Leave out the number at the end of a plain heading: people have several telephones."""
    return _NUMBERED.sub("", text)


def settle_names(mapping: Mapping[int, str]) -> dict[int, str]:
    """Where only one half of a name has a column, one called "name" is the other half; without that it is the whole."""
    fields, settled = set(mapping.values()), dict(mapping)
    halves = fields & {GIVEN, FAMILY}
    if len(halves) == 1:
        (half,) = halves
        other = FAMILY if half == GIVEN else GIVEN
        instead = {NAME: other} if NAME in fields else {half: NAME}
        settled = {place: instead.get(field, field) for place, field in mapping.items()}
    return settled


def whole_name(given: str, family: str) -> str:
    """Put the halves together as people do there."""
    if any("\u3400" <= sign <= "\u9fff" for sign in given + family):
        return family + given
    return f"{given} {family}".strip()


COMMON = {
    GIVEN: "first name|given name|forename|名|vorname|rufname|prénom|nombre|nombres|nome|primeiro nome|voornaam|imię"
    "|имя",
    FAMILY: "last name|surname|family name|姓|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos"
    "|sobrenome|apelido|cognome|achternaam|nazwisko|фамилия|soyad",
    NAME: "vollständiger name|kunde|kundenname|nom complet|nom et prénom|nom prénom|client|nom du client"
    "|nombre completo|nombre y apellidos|cliente|nombre del cliente|nome completo|nome do cliente|nome e cognome"
    "|nominativo|nome cliente|naam|volledige naam|klant|klantnaam|imię i nazwisko|klient|фио|ф.и.о.|клиент|ad soyad"
    "|müşteri|氏名|お名前|名前|顧客名|이름|성명|고객명",
    "company": "firma|firmenname|unternehmen|société|entreprise|raison sociale|empresa|compañía|razón social|azienda"
    "|ditta|società|ragione sociale|bedrijf|bedrijfsnaam|компания|организация|şirket|会社|会社名|회사|회사명",
    "phone": "telefon|telefonnummer|tel nr|tel-nr.|rufnummer|handy|handynummer|handynr|mobil|mobilnummer|mobiltelefon"
    "|mobilfunk|festnetz|festnetznummer|telefon privat|telefon geschäftlich|telefon mobil|téléphone|tél|portable"
    "|numéro de téléphone|téléphone portable|téléphone mobile|téléphone fixe|n° de téléphone|teléfono|móvil|celular"
    "|número de teléfono|teléfono móvil|teléfono fijo|telefone|telemóvel|número de telefone|telefone celular"
    "|telefono|cellulare|numero di telefono|telefono cellulare|telefono fisso|telefoon|telefoonnummer|mobiel"
    "|mobiel nummer|numer telefonu|nr telefonu|telefon komórkowy|komórka|телефон|номер телефона|мобильный"
    "|мобильный телефон|тел|telefon numarası|cep telefonu|電話|電話番号|携帯|携帯電話|携帯番号|전화|전화번호|휴대폰"
    "|휴대폰번호|핸드폰",
    "email": "e-mail-adresse|mailadresse|emailadresse|courriel|adresse e-mail|adresse email|correo|correo electrónico"
    "|endereço de e-mail|posta elettronica|indirizzo email|e-mailadres|adres e-mail|почта|электронная почта|e-posta"
    "|メール|メールアドレス|이메일",
    "notes": "notiz|notizen|bemerkung|bemerkungen|anmerkung|anmerkungen|kommentar|remarque|remarques|commentaire"
    "|commentaires|nota|notas|observaciones|comentario|comentarios|observações|osservazioni|opmerking|opmerkingen"
    "|uwagi|примечание|комментарий|açıklama|備考|メモ|비고|메모",
    "tags": "schlagworte|stichworte|étiquettes|etiquetas|etichette",
    "contact": "ansprechpartner|kontakt|kontaktperson|interlocuteur|personne de contact|persona de contacto|contacto"
    "|contatto|referente|contactpersoon|osoba kontaktowa|контактное лицо|担当者|담당자",
    "title": "funktion|fonction|poste|cargo|puesto|função|ruolo|functie|stanowisko|должность|役職|직책",
}
"""Of customers and of people on lists alike."""
OF_LISTS = {
    "zone": "zeitzone|fuseau horaire|zona horaria|fuso horário|fuso orario|tijdzone|strefa czasowa|часовой пояс"
    "|タイムゾーン|시간대",
    "region": "bundesland|kanton|région|département|provincia|comunidad autónoma|estado|uf|região|regione|provincie"
    "|województwo|регион|область|il|都道府県|지역",
    "postcode": "plz|postleitzahl|code postal|cp|código postal|cep|codice postale|cap|kod pocztowy|почтовый индекс"
    "|индекс|posta kodu|郵便番号|우편번호",
    "priority": "priorität|priorité|prioridad|prioridade|priorità|prioriteit|priorytet|приоритет|öncelik|優先度"
    "|우선순위",
    "consent_at": "einwilligung am|einwilligungsdatum|datum der einwilligung|date de consentement"
    "|date du consentement|fecha de consentimiento|data do consentimento|data consenso|datum toestemming|data zgody",
}
