"""Time zones of states and postcodes, for the countries that have several: what a person's number alone does not tell.

A state that is in two zones has both, and whoever is called must be called in the hours of both. Sources: the tz
database (zone1970.tab), USPS Publication 65 (three digits of a ZIP code), Canada Post and Australia Post (first sign).
"""

from bisect import bisect_right
from collections.abc import Mapping

from crm_core.domain.folding import fold


def _words(text: str) -> list[str]:
    return text.split()


_ET, _CT, _MT, _PT = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_US = {
    **dict.fromkeys(_words("CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"), (_ET,)),
    **dict.fromkeys(_words("AL AR IA IL LA MN MO MS OK WI"), (_CT,)),
    **dict.fromkeys(_words("CO MT NM UT WY"), (_MT,)),
    **dict.fromkeys(_words("CA WA"), (_PT,)),
    **dict.fromkeys(_words("FL IN KY MI TN"), (_ET, _CT)),
    **dict.fromkeys(_words("KS ND NE SD TX"), (_CT, _MT)),
    **dict.fromkeys(_words("ID NV OR"), (_MT, _PT)),
    "AZ": ("America/Phoenix", _MT),
    "AK": ("America/Anchorage", "America/Adak"),
    "HI": ("Pacific/Honolulu",),
    "PR": ("America/Puerto_Rico",),
    "GU": ("Pacific/Guam",),
}
_US_NAMES = dict(
    line.split("=")
    for line in _words("""alabama=AL alaska=AK arizona=AZ arkansas=AR california=CA colorado=CO connecticut=CT
    delaware=DE
    florida=FL georgia=GA hawaii=HI idaho=ID illinois=IL indiana=IN iowa=IA kansas=KS kentucky=KY louisiana=LA maine=ME
    maryland=MD massachusetts=MA michigan=MI minnesota=MN mississippi=MS missouri=MO montana=MT nebraska=NE nevada=NV
    newhampshire=NH newjersey=NJ newmexico=NM newyork=NY northcarolina=NC northdakota=ND ohio=OH oklahoma=OK oregon=OR
    pennsylvania=PA rhodeisland=RI southcarolina=SC southdakota=SD tennessee=TN texas=TX utah=UT vermont=VT virginia=VA
    washington=WA westvirginia=WV wisconsin=WI wyoming=WY districtofcolumbia=DC puertorico=PR guam=GU""")
)
# Where each run of three-digit beginnings starts; "" is no state (the forces, or not in use).
_ZIP = _words("""
005 NY 006 PR 010 MA 028 RI 030 NH 039 ME 050 VT 055 MA 056 VT 060 CT 070 NJ 090 - 100 NY 150 PA 197 DE 200 DC
201 VA 202 DC 206 MD 220 VA 247 WV 270 NC 290 SC 300 GA 320 FL 340 - 341 FL 350 AL 370 TN 386 MS 398 GA 400 KY 430 OH
460 IN 480 MI 500 IA 530 WI 550 MN 570 SD 580 ND 590 MT 600 IL 630 MO 660 KS 680 NE 700 LA 716 AR 730 OK 733 TX 734 OK
750 TX 800 CO 820 WY 832 ID 840 UT 850 AZ 870 NM 885 TX 889 NV 900 CA 962 - 967 HI 969 GU 970 OR 980 WA 995 AK
""")
_ZIP_STARTS, _ZIP_STATES = [int(start) for start in _ZIP[::2]], _ZIP[1::2]
_CA = {
    "AB": ("America/Edmonton",),
    "BC": ("America/Vancouver", "America/Edmonton"),
    "MB": ("America/Winnipeg",),
    "NB": ("America/Halifax",),
    "NL": ("America/St_Johns", "America/Halifax"),
    "NS": ("America/Halifax",),
    "NT": ("America/Edmonton",),
    "NU": ("America/Toronto", "America/Winnipeg", "America/Edmonton"),
    "ON": ("America/Toronto", "America/Winnipeg"),
    "PE": ("America/Halifax",),
    "QC": ("America/Toronto", "America/Halifax"),
    "SK": ("America/Regina", "America/Edmonton"),
    "YT": ("America/Whitehorse",),
}
_CA_NAMES = dict(
    line.split("=")
    for line in _words("""alberta=AB britishcolumbia=BC manitoba=MB newbrunswick=NB newfoundlandandlabrador=NL
    newfoundland=NL
    novascotia=NS northwestterritories=NT nunavut=NU ontario=ON princeedwardisland=PE quebec=QC québec=QC
    saskatchewan=SK yukon=YT""")
)
_CA_POSTCODES = {
    **dict.fromkeys("GHJ", "QC"),
    **dict.fromkeys("KLMNP", "ON"),
    **dict(zip("ABCERSTVY", ("NL", "NS", "PE", "NB", "MB", "SK", "AB", "BC", "YT"), strict=True)),
    "X": "NU",
}
_AU = {
    "ACT": ("Australia/Sydney",),
    "NSW": ("Australia/Sydney", "Australia/Adelaide"),
    "NT": ("Australia/Darwin",),
    "QLD": ("Australia/Brisbane",),
    "SA": ("Australia/Adelaide",),
    "TAS": ("Australia/Hobart",),
    "VIC": ("Australia/Melbourne",),
    "WA": ("Australia/Perth", "Australia/Eucla"),
}
_AU_NAMES = {
    "newsouthwales": "NSW", "northernterritory": "NT", "queensland": "QLD", "southaustralia": "SA", "tasmania": "TAS",
    "victoria": "VIC", "westernaustralia": "WA", "australiancapitalterritory": "ACT",
}  # fmt: skip
_AU_POSTCODES = dict(zip("0123456789", _words("NT NSW NSW VIC QLD SA WA TAS VIC QLD"), strict=True))
_BR = {
    "AC": ("America/Rio_Branco",),
    "AM": ("America/Manaus", "America/Rio_Branco"),
    "MS": ("America/Campo_Grande",),
    "MT": ("America/Cuiaba",),
    "PE": ("America/Recife", "America/Noronha"),
    "RO": ("America/Porto_Velho",),
    "RR": ("America/Boa_Vista",),
    **dict.fromkeys(_words("AL AP BA CE DF ES GO MA MG PA PB PI PR RJ RN RS SC SE SP TO"), ("America/Sao_Paulo",)),
}
_BR_NAMES = {
    "acre": "AC", "amazonas": "AM", "matogrossodosul": "MS", "matogrosso": "MT", "pernambuco": "PE", "rondônia": "RO",
    "rondonia": "RO", "roraima": "RR", "sãopaulo": "SP", "saopaulo": "SP", "riodejaneiro": "RJ", "bahia": "BA",
}  # fmt: skip


def state_of(country_code: int, text: str) -> str:
    """Give the short name of a state ("TX" of "Texas", too) of the country with this calling code; "" if unknown."""
    plain = fold(text).replace(" ", "").replace(".", "").removeprefix(_PREFIXES.get(country_code, "\n"))
    for zones, names in _STATES.get(country_code, ()):
        state = names.get(plain, plain.upper())
        if state in zones:
            return state
    return ""


def zones_of_region(country_code: int, text: str) -> tuple[str, ...]:
    """Give the zones of a state ("TX", "Texas") of the country with this calling code; () if it is not known."""
    state = state_of(country_code, text)
    return next((zones[state] for zones, _ in _STATES.get(country_code, ()) if state in zones), ())


def zones_of_postcode(country_code: int, text: str) -> tuple[str, ...]:
    """Give the zones of a postcode; () if it is not known."""
    plain = fold(text).replace(" ", "").upper()
    if country_code == 1 and plain[:5].isascii() and plain[:5].isdigit() and len(plain) >= 5:
        place = bisect_right(_ZIP_STARTS, int(plain[:3])) - 1
        return _US.get(_ZIP_STATES[place], ()) if place >= 0 else ()
    if country_code == 1:
        return _CA.get(_CA_POSTCODES.get(plain[:1], ""), ())
    if country_code == 61 and len(plain) == 4:
        return _AU.get("ACT" if plain.startswith("02") else _AU_POSTCODES.get(plain[0], ""), ())
    return ()


_STATES: Mapping[int, tuple[tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]], ...]] = {
    1: ((_US, _US_NAMES), (_CA, _CA_NAMES)),
    55: ((_BR, _BR_NAMES),),
    61: ((_AU, _AU_NAMES),),
}
_PREFIXES = {1: "us-", 55: "br-", 61: "au-"}
