"""Professionals whom we know: shown for a country until who runs the platform keeps a list of her own for it.

Only what is known for years and paid by the state or large charities stands here; `checked_on` is empty, for
somebody on the spot has to look.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("children", "violence", "victims", "talk", "other")
"""For whom or what somebody answers: children and young people; violence at home or against women; victims of
crime; somebody to talk to; else."""


@dataclass(frozen=True, slots=True)
class Known:
    """One professional contact: its name is its own, so it is not translated."""

    country: str
    kind: str
    name: str
    phone: str
    url: str = ""
    hours: str = ""


KNOWN = (
    Known("AT", "children", "Rat auf Draht", "147", "https://www.rataufdraht.at", "24/7"),
    Known("AT", "violence", "Frauenhelpline gegen Gewalt", "0800 222 555",
          "https://www.frauenhelpline.at", "24/7"),
    Known("AT", "victims", "Opfer-Notruf", "0800 112 112", "https://www.opfer-notruf.at", "24/7"),
    Known("AT", "talk", "Telefonseelsorge", "142", "https://www.telefonseelsorge.at", "24/7"),
    Known("BE", "children", "Awel (nl)", "102", "https://awel.be"),
    Known("BE", "children", "Écoute-Enfants (fr)", "103", "https://103ecoute.be"),
    Known("BE", "talk", "Tele-Onthaal (nl)", "106", "https://www.tele-onthaal.be", "24/7"),
    Known("BE", "talk", "Télé-Accueil (fr)", "107", "https://tele-accueil.be", "24/7"),
    Known("CH", "children", "Pro Juventute, Beratung + Hilfe", "147", "https://www.147.ch", "24/7"),
    Known("CH", "talk", "Die Dargebotene Hand", "143", "https://www.143.ch", "24/7"),
    Known("CZ", "children", "Linka bezpečí", "116 111", "https://www.linkabezpeci.cz", "24/7"),
    Known("CZ", "victims", "Bílý kruh bezpečí", "116 006", "https://www.bkb.cz", "24/7"),
    Known("CZ", "talk", "Linka první psychické pomoci", "116 123", "https://linkapsychickepomoci.cz", "24/7"),
    Known("DE", "children", "Nummer gegen Kummer", "116 111", "https://www.nummergegenkummer.de"),
    Known("DE", "violence", "Hilfetelefon Gewalt gegen Frauen", "116 016",
          "https://www.hilfetelefon.de", "24/7"),
    Known("DE", "victims", "Opfer-Telefon des Weißen Rings", "116 006", "https://weisser-ring.de"),
    Known("DE", "talk", "Telefonseelsorge", "116 123", "https://www.telefonseelsorge.de", "24/7"),
    Known("DK", "children", "Børns Vilkår, BørneTelefonen", "116 111", "https://bornetelefonen.dk", "24/7"),
    Known("DK", "violence", "Lev Uden Vold", "1888", "https://levudenvold.dk", "24/7"),
    Known("DK", "talk", "Livslinien", "70 201 201", "https://www.livslinien.dk"),
    Known("ES", "children", "Fundación ANAR", "116 111", "https://www.anar.org", "24/7"),
    Known("ES", "violence", "Violencia de género", "016", "https://violenciagenero.igualdad.gob.es", "24/7"),
    Known("ES", "talk", "Línea de atención a la conducta suicida", "024", "", "24/7"),
    Known("FI", "children", "Lasten ja nuorten puhelin (MLL)", "116 111", "https://www.nuortennetti.fi"),
    Known("FI", "violence", "Nollalinja", "080 005 005", "https://nollalinja.fi", "24/7"),
    Known("FI", "victims", "Rikosuhripäivystys (RIKU)", "116 006", "https://www.riku.fi"),
    Known("FR", "children", "Allô Enfance en danger", "119", "https://www.allo119.gouv.fr", "24/7"),
    Known("FR", "violence", "Violences Femmes Info", "3919", "https://arretonslesviolences.gouv.fr", "24/7"),
    Known("FR", "victims", "France Victimes", "116 006", "https://www.france-victimes.fr"),
    Known("FR", "talk", "Prévention du suicide", "3114", "https://3114.fr", "24/7"),
    Known("GB", "children", "Childline", "0800 1111", "https://www.childline.org.uk", "24/7"),
    Known("GB", "violence", "National Domestic Abuse Helpline", "0808 2000 247",
          "https://www.nationaldahelpline.org.uk", "24/7"),
    Known("GB", "victims", "Victim Support", "0808 16 89 111", "https://www.victimsupport.org.uk", "24/7"),
    Known("GB", "talk", "Samaritans", "116 123", "https://www.samaritans.org", "24/7"),
    Known("HU", "children", "Kék Vonal", "116 111", "https://kek-vonal.hu", "24/7"),
    Known("HU", "talk", "Lelki Elsősegély", "116 123", "https://sos116-123.hu", "24/7"),
    Known("IE", "children", "Childline (ISPCC)", "116 111", "https://www.childline.ie", "24/7"),
    Known("IE", "victims", "Crime Victims Helpline", "116 006", "https://www.crimevictimshelpline.ie"),
    Known("IE", "talk", "Samaritans", "116 123", "https://www.samaritans.org/ireland", "24/7"),
    Known("IT", "children", "Telefono Azzurro", "1 96 96", "https://azzurro.it", "24/7"),
    Known("IT", "violence", "Antiviolenza e antistalking", "1522", "https://www.1522.eu", "24/7"),
    Known("NL", "children", "De Kindertelefoon", "0800 0432", "https://www.kindertelefoon.nl"),
    Known("NL", "violence", "Veilig Thuis", "0800 2000", "https://veiligthuis.nl", "24/7"),
    Known("NL", "talk", "113 Zelfmoordpreventie", "0800 0113", "https://www.113.nl", "24/7"),
    Known("NO", "children", "Alarmtelefonen for barn og unge", "116 111",
          "https://www.116111.no", "24/7"),
    Known("NO", "violence", "VO-linjen", "116 006", "https://volinjen.no", "24/7"),
    Known("NO", "talk", "Mental Helse", "116 123", "https://mentalhelse.no", "24/7"),
    Known("PL", "children", "Telefon zaufania dla dzieci i młodzieży", "116 111",
          "https://116111.pl", "24/7"),
    Known("PL", "violence", "Niebieska Linia", "800 120 002", "https://www.niebieskalinia.info", "24/7"),
    Known("PL", "talk", "Telefon wsparcia emocjonalnego", "116 123", "https://116sos.pl"),
    Known("PT", "children", "SOS-Criança", "116 111", "https://iacrianca.pt"),
    Known("PT", "victims", "APAV", "116 006", "https://apav.pt"),
    Known("SE", "children", "Bris", "116 111", "https://www.bris.se", "24/7"),
    Known("SE", "violence", "Kvinnofridslinjen", "020 50 50 50", "https://kvinnofridslinjen.se", "24/7"),
    Known("SE", "talk", "Mind Självmordslinjen", "90101", "https://mind.se", "24/7"),
)  # fmt: skip
