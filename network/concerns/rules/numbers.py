"""Emergency numbers by country: facts, kept here so that they are there whatever happens to the database.

112 is answered in every country of the European Union and in those below that name it. Where a country has
numbers of its own, they are named as well. Countries of which we are not sure are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

GENERAL = "112"


@dataclass(frozen=True, slots=True)
class Emergency:
    """The numbers of one country. `general` answers for everything, `also` as well, `text` by text
    message for who cannot speak; what is None is answered under the general one."""

    country: str
    general: str | None = GENERAL
    police: str | None = None
    ambulance: str | None = None
    fire: str | None = None
    also: str | None = None
    text: str | None = None


_NUMBERS = (
    Emergency("AD", police="110", ambulance="116", fire="118"),
    Emergency("AL", None, police="129", ambulance="127", fire="128"),
    Emergency("AT", police="133", ambulance="144", fire="122"),
    Emergency("BA", None, police="122", ambulance="124", fire="123"),
    Emergency("BE", police="101"),
    Emergency("BG"),
    Emergency("BY", None, police="102", ambulance="103", fire="101"),
    Emergency("CH", police="117", ambulance="144", fire="118"),
    Emergency("CY"),
    Emergency("CZ", police="158", ambulance="155", fire="150"),
    Emergency("DE", police="110"),
    Emergency("DK"),
    Emergency("EE"),
    Emergency("ES"),
    Emergency("FI"),
    Emergency("FR", police="17", ambulance="15", fire="18", text="114"),
    Emergency("GB", also="999"),
    Emergency("GE"),
    Emergency("GR", police="100", ambulance="166", fire="199"),
    Emergency("HR", police="192", ambulance="194", fire="193"),
    Emergency("HU", police="107", ambulance="104", fire="105"),
    Emergency("IE", also="999"),
    Emergency("IS"),
    Emergency("IT", police="113", ambulance="118", fire="115"),
    Emergency("LI", police="117", ambulance="144", fire="118"),
    Emergency("LT"),
    Emergency("LU", police="113"),
    Emergency("LV", police="110", ambulance="113"),
    Emergency("MC", police="17", ambulance="15", fire="18"),
    Emergency("MD"),
    Emergency("ME", police="122", ambulance="124", fire="123"),
    Emergency("MK", police="192", ambulance="194", fire="193"),
    Emergency("MT"),
    Emergency("NL"),
    Emergency("NO", police="112", ambulance="113", fire="110"),
    Emergency("PL", police="997", ambulance="999", fire="998"),
    Emergency("PT"),
    Emergency("RO"),
    Emergency("RS", None, police="192", ambulance="194", fire="193"),
    Emergency("SE"),
    Emergency("SI", police="113"),
    Emergency("SK", police="158", ambulance="155", fire="150"),
    Emergency("SM", police="113", ambulance="118", fire="115"),
    Emergency("TR"),
    Emergency("UA", police="102", ambulance="103", fire="101"),
    Emergency("XK", police="192", ambulance="194", fire="193"),
)

EMERGENCY: dict[str, Emergency] = {one.country: one for one in _NUMBERS}
"""By the country's code (ISO 3166-1; XK is what people use for Kosovo)."""
