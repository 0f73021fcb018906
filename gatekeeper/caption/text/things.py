"""Words that tell names of people from names of places, groups and books; folded, for `strangers.py`."""

from __future__ import annotations

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES: Final = _set(
    """
    cllr councillor dame dr frau herr lady lord madam madame miss mlle mme monsieur mr mrs ms mx pc prof
    professor rev reverend senor senora sergeant sgt sir
    """
)
"""Before a surname these say that it is a person's; folded, as all below."""

NO_SURNAME: Final = _set(
    """
    academy airport ambulance april arena armada army association athletic august avenue award awards bakery
    band bay beach begins bible bookshop bridge britain building bus cafe canal castle cathedral celebrates
    centre challenge championship charity christmas church cinema circus city class close club coach college
    commonwealth community company consort costume council county court crescent cross cup day december diwali
    dock drive dynasty easter effect eid embankment empire england english europe express falls farm february
    federation ferry festival fire first forest fort foundation france french friday gallery garden gardens gate
    german germany grammar great greek group grove hall hanukkah harbour heights high hospital hotel hotpot
    house infant infants inn institute international island isle isles italy january july june junior juniors
    key lake lane law leads league library line lodge london manor march maths may memorial method monday mosque
    jr jnr mere moors towers priory pavilion plaza precinct signs homes motors foods travel coaches catering bros
    water waters limited ltd plc solicitors builders minster loch llyn island reservoir farmhouse observatory
    planetarium aquarium
    mountain mountains museum national november nursery october open opens orchestra palace park parliament
    performs phonics pier place players police pool presents primary prize programme project quay railway
    ramblers rangers reading reads rescue restaurant returns river road romans rovers rugby sands saturday says
    school schools scotland sea secondary september services set shop shore shows sings society spanish sponge
    sports square stadium stage starts station stores street studios suite sunday synagogue team tells temple
    terrace theatre thursday tower town trail train transport trophy trust tuesday tunnel union united
    university valley victorian victorians village visits wales wanderers waterfall way wednesday week welsh
    wharf wins wood woods world writes year zoo
    """
)
"""Behind a given name these make a place, a group or a sentence of it, no person."""

ALSO_PLACES: Final = _set(
    """
    advent africa age aladdin alexandria allah amazon america angola apollo apple arabic asia
    athena atlanta austin avon bible boston bristol britannia brittany brooklyn buddha caesar cairo camden
    canterbury captain carnival carolina chelsea chester china christian cinderella claus
    cordoba cornwall corsica covid dakota dallas denver derby devon dia doctor dorset dover dublin duplo
    durham edinburgh elgin elsa england english essex eton everest florence florida france ganesha ganges genoa
    georgia german glen goliath google gretel gruffalo hansel hanuman hastings hercules hindi
    houston hull india internet ireland israel italy jersey jesus jew jordan joseph juno jupiter kent kenya
    kingston krishna lakshmi lancaster latin leeds lego lent lima lincoln little london lourdes lyon
    malta manchester mark mars mary mecca melbourne memphis mercury merry mexico milan mini
    mohammed montana moses muhammad muslim nativity nice nile odd odessa odin olympia orlando oxford
    paralympics paris pat perth phoenix preston quran rama ramadan rapunzel richmond roma roman romania
    romans rome rugby salem santa saturn savannah scotland severn shana sheffield shiva side siena
    sikh sita skye somalia spanish surrey sussex sydney texas thames thor toledo torah trinity tunisia
    tyne tyrol union urdu valencia venezia venice verona victoria vienna virginia wales warwick wellington wells
    welsh west wiltshire windsor york zeus zion
    """
)
"""Given names that are places, feasts, books or figures too."""

OTHER_LANGUAGES: Final = _set(
    """
    aime alba alma amis beau belle bonne bore cara dan douce eira enfys
    flor franc gan glan gwen gwyn haf heulwen jour juste lan llawen luna luz mae man mar marine mari mer nadolig
    nia noel paz pen per port reine rhan rio sant seren sol vida ville vin violette
    """
)
"""Given names that open a sentence as a word in Welsh, French, Spanish, Italian or German: `Mae'r`, `Bore da`."""

NO_TITLED: Final = _set(
    """
    bump chaplin claus fox godiva honey martens men saigon trunchbull tumble twit who
    """
)
"""Behind a title these are figures, not people."""

ROLES: Final = _set(
    """
    actor artist astronaut athlete author authors by called caretaker coach composer cook dancer explorer
    footballer governor guest head headteacher illustrator mayor meet met mp musician named novelist olympian
    paralympian photographer poet poets principal scientist sculptor storyteller teacher visitor writer
    """
)
"""Right before a name these say that it is a person's."""
