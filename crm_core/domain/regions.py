"""Time zones of states and postcodes, for the countries that have several: what a person's number alone does not tell.

A state that is in two zones has both, and whoever is called must be called in the hours of both. Sources: the tz
database (zone1970.tab), USPS Publication 65 (three digits of a ZIP code), Canada Post and Australia Post (first sign),
Correios (first three digits of a CEP), SEPOMEX, Correos and CTT (first digits).
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping

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
_BR_NAMES = dict(
    line.split("=")
    for line in _words("""acre=AC alagoas=AL amapá=AP amapa=AP amazonas=AM bahia=BA ceará=CE ceara=CE distritofederal=DF
    espíritosanto=ES espiritosanto=ES goiás=GO goias=GO maranhão=MA maranhao=MA matogrossodosul=MS matogrosso=MT
    minasgerais=MG pará=PA para=PA paraíba=PB paraiba=PB paraná=PR parana=PR pernambuco=PE piauí=PI piaui=PI
    riodejaneiro=RJ riograndedonorte=RN riograndedosul=RS rondônia=RO rondonia=RO roraima=RR santacatarina=SC
    sãopaulo=SP saopaulo=SP sergipe=SE tocantins=TO""")
)
# Where each run of three-digit beginnings of a CEP starts.
_CEP = _words("""
010 SP 200 RJ 290 ES 300 MG 400 BA 490 SE 500 PE 570 AL 580 PB 590 RN 600 CE 640 PI 650 MA 660 PA 689 AP 690 AM 693 RR
694 AM 699 AC 700 DF 728 GO 730 DF 737 GO 768 RO 770 TO 780 MT 790 MS 800 PR 880 SC 900 RS
""")
_CEP_STARTS, _CEP_STATES = [int(start) for start in _CEP[::2]], _CEP[1::2]
_MX_CENTRE = ("America/Mexico_City",)
_MX = {
    "BCN": ("America/Tijuana",),
    "BCS": ("America/Mazatlan",),
    "CHH": ("America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga"),
    "COA": ("America/Monterrey", "America/Matamoros"),
    "NAY": ("America/Mazatlan", "America/Bahia_Banderas"),
    "NLE": ("America/Monterrey", "America/Matamoros"),
    "ROO": ("America/Cancun",),
    "SIN": ("America/Mazatlan",),
    "SON": ("America/Hermosillo", "America/Tijuana"),
    "TAM": ("America/Monterrey", "America/Matamoros"),
    **dict.fromkeys(
        _words("AGU CAM CHP CMX COL DUR GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER YUC ZAC"), _MX_CENTRE
    ),
}
_MX_NAMES = dict(
    line.split("=")
    for line in _words("""bajacalifornia=BCN bajacaliforniasur=BCS chihuahua=CHH coahuila=COA nayarit=NAY nuevoleón=NLE
    nuevoleon=NLE quintanaroo=ROO sinaloa=SIN sonora=SON tamaulipas=TAM aguascalientes=AGU campeche=CAM chiapas=CHP
    ciudaddeméxico=CMX ciudaddemexico=CMX cdmx=CMX colima=COL durango=DUR guerrero=GRO guanajuato=GUA hidalgo=HID
    jalisco=JAL méxico=MEX mexico=MEX estadodeméxico=MEX estadodemexico=MEX michoacán=MIC michoacan=MIC morelos=MOR
    oaxaca=OAX puebla=PUE querétaro=QUE queretaro=QUE sanluispotosí=SLP sanluispotosi=SLP tabasco=TAB tlaxcala=TLA
    veracruz=VER yucatán=YUC yucatan=YUC zacatecas=ZAC""")
)
# By the first two digits; those that are not here are in the zone of the capital.
_MX_POSTCODES = {
    **dict.fromkeys(("21", "22"), "BCN"),
    "23": "BCS",
    **dict.fromkeys(("25", "26", "27"), "COA"),
    **dict.fromkeys(("31", "32", "33"), "CHH"),
    "63": "NAY",
    **dict.fromkeys(("64", "65", "66", "67"), "NLE"),
    "77": "ROO",
    **dict.fromkeys(("80", "81", "82"), "SIN"),
    **dict.fromkeys(("83", "84", "85"), "SON"),
    **dict.fromkeys(("87", "88", "89"), "TAM"),
}
_MADRID, _CANARY = ("Europe/Madrid",), ("Atlantic/Canary",)
_ES = {
    **dict.fromkeys(_words("CN GC TF"), _CANARY),
    **dict.fromkeys(_words("CE ML"), ("Africa/Ceuta",)),
    **dict.fromkeys(_words("AN AR AS CB CL CM CT EX GA IB MC MD NC PV RI VC"), _MADRID),
}
_ES_NAMES = dict(
    line.split("=")
    for line in _words("""canarias=CN islascanarias=CN laspalmas=GC grancanaria=GC santacruzdetenerife=TF tenerife=TF
    ceuta=CE melilla=ML andalucía=AN andalucia=AN aragón=AR aragon=AR asturias=AS cantabria=CB castillayleón=CL
    castillayleon=CL castillalamancha=CM castilla-lamancha=CM cataluña=CT cataluna=CT catalunya=CT extremadura=EX
    galicia=GA illesbalears=IB islasbaleares=IB baleares=IB murcia=MC madrid=MD comunidaddemadrid=MD navarra=NC
    paísvasco=PV paisvasco=PV euskadi=PV larioja=RI valencia=VC comunidadvalenciana=VC""")
)
_ES_POSTCODES = {"35": "GC", "38": "TF", "51": "CE", "52": "ML"}
_PORTUGAL = {"20": ("Atlantic/Azores",), "30": ("Atlantic/Madeira",)}
_PT_NAMES = {"açores": "20", "acores": "20", "azores": "20", "madeira": "30", "funchal": "30", "pontadelgada": "20"}


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
    plain = fold(text).replace(" ", "").replace("-", "").upper()
    reader = _POSTCODES.get(country_code)
    return () if reader is None else reader(plain)


def _american(plain: str) -> tuple[str, ...]:
    if _are_digits(plain[:5], 5):
        place = bisect_right(_ZIP_STARTS, int(plain[:3])) - 1
        return _US.get(_ZIP_STATES[place], ()) if place >= 0 else ()
    return _CA.get(_CA_POSTCODES.get(plain[:1], ""), ())


def _australian(plain: str) -> tuple[str, ...]:
    if len(plain) != 4:
        return ()
    return _AU.get("ACT" if plain.startswith("02") else _AU_POSTCODES.get(plain[0], ""), ())


def _brazilian(plain: str) -> tuple[str, ...]:
    place = bisect_right(_CEP_STARTS, int(plain[:3])) - 1 if _are_digits(plain, 8) else -1
    return _BR[_CEP_STATES[place]] if place >= 0 else ()


def _mexican(plain: str) -> tuple[str, ...]:
    if not _are_digits(plain, 5):
        return ()
    return _MX.get(_MX_POSTCODES.get(plain[:2], ""), _MX_CENTRE)


def _spanish(plain: str) -> tuple[str, ...]:
    if not _are_digits(plain, 5) or not "01" <= plain[:2] <= "52":
        return ()
    return _ES.get(_ES_POSTCODES.get(plain[:2], ""), _MADRID)


def _portuguese(plain: str) -> tuple[str, ...]:
    if not (_are_digits(plain, 4) or _are_digits(plain, 7)) or plain < "1000":
        return ()
    if plain < "9000":
        return ("Europe/Lisbon",)
    return _PORTUGAL["30" if plain < "9500" else "20"]


def _are_digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


_POSTCODES: Mapping[int, Callable[[str], tuple[str, ...]]] = {
    1: _american,
    34: _spanish,
    351: _portuguese,
    52: _mexican,
    55: _brazilian,
    61: _australian,
}
_STATES: Mapping[int, tuple[tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]], ...]] = {
    1: ((_US, _US_NAMES), (_CA, _CA_NAMES)),
    34: ((_ES, _ES_NAMES),),
    351: ((_PORTUGAL, _PT_NAMES),),
    52: ((_MX, _MX_NAMES),),
    55: ((_BR, _BR_NAMES),),
    61: ((_AU, _AU_NAMES),),
}
_PREFIXES = {1: "us-", 34: "es-", 351: "pt-", 52: "mx-", 55: "br-", 61: "au-"}
