"""Disambiguation of English words that are also names.

A child may be called Will, May or Summer, and a family Green. A name that is not
among these words is taken for the name however it is written; one that is needs
a capital letter where the word would have none.
"""

from __future__ import annotations

from importlib import resources
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ORDINARY: Final = _set(
    """
    a abbey abbot ace ah all also am amber an and angel any april arch archer are arrow art as ash aspen aster
    at august autumn ax azure bacon baker ball banks barber barn baron basil bass bay be beach bean bear beard
    beau bee beech bell bench bend berry best bi big bill bin birch bird bishop bit black blackbird bland blank
    blaze bliss block bloom blue board boat bob bond bone bones book booker boot booth border borough bow
    bowl bowler box boy brain branch brand brandy brave bread break breeze brewer brick bride bridge bridges
    bright british broad brook brooks brown brush buck bud bull bullock burn burns bush buster but butcher
    butler butt button by bye cage camp camping can candy cannon cape car card cards care carol carpenter
    case castle cat chalk chamber chambers champion chance chapel charity chase chastity cheese cherish
    cherry child china chips christian chuck church city clay clear cleaver clerk cliff close cloud
    clover coach coal coast cock cod coffee coin cold college common constable cook cope copper coral corn
    corner cotton couch counsel count country court courts crab craft crane cream creek cricket crisp crook
    cross crow crown crush crystal cup curl curry curtain cutter dad daft daisy dale dance dancer dark dash
    dates dawn day days deacon deal dean dear deer den destiny dew diamond dice dick did dish ditch diver divine
    do dock doe dot dove down downs dragon draper draw drew drink driver drum duck duke dye eagle earl early
    earnest east easter ebony ed eh elder ell elm ember end england english eve even ever fair fairy faith
    falcon fall falls far farm farmer farrier father fawn feather fell felt fen fern ferry few fiddler
    field fielder fields fig fin finch fine finish fire fish fisher fishers fit fitter flag flat flax fleet
    flint flood flora flower flowers fly foot for ford foreman forest forge forth fortune foster fountain fox
    frank free freeman french friday friend friends frost fry fuller fun gale gamble game garden gardener
    garland gate gates gem gene gentle gentry get giant ginger glass glen glory go goat gold golden goldsmith
    good goose got grace grand grant grass grave graves gray great green grey grill grocer groom ground grove
    groves grow guest gull guy hack had hall halls ham hammer hand hands happy harbour hard hardy hare harmony
    harp harvest has hatch haven hawk hay haystack hazel he head heap heard heart hearth heath heather heaven
    hedge hedges heir helm hen her herb herd hero herring hi hide high hill hills him his hive hobby holder hole
    holiday hollow holly home honesty honey honor honour hood hook hope hopper horn horse hound house how hunt
    hunter hurl hurry husband i if in indigo ink inn ion iris irish iron is island it its ivory ivy jack jacket
    jade jam jasmine jay jet jewel job joiner jolly journey joy jubilee judge june junior juniper just justice
    keen keeper key keys kid king kings kit kitchen kite knife knight knights knott lad lamb lambs lamp lance
    land lane lanes large lark last laurel lavender laver law lawn lawyer lay lead leader leaf leather led leek
    leg legend lemon let liberty light lily lime linen ling link lion little lock locks lodge long loom lord lot
    lotus love lovely low luck lucky lyric mad maid main major man manner manners many map maple mar marble
    march marina marine mariner mark marker market marks marsh martial mason masters mate may maybe mayor me
    meadow meadows meek mellow melody men mercer mercy merry middle mile miles mill miller mills mine miner
    minor mint mist misty mitten mole monday money monk moody moon moor moose more morning moss mote mould mount
    mountain mouse mule mustard my nail nay neal neat needle nest new nice nick night nightingale no noble nod
    nor north not now nurse nut oak oaks oats ocean of office oh oil ok old olive on one opal or orange orchard
    organ otter our out oven owl owls ox pa pace pack packer page pages paine painter pale palm palmer pan pansy
    paper parade pardon parish park parks parrot parsley parson part partridge pass past pat patch path paths
    patience paw pay peace peach peacock pear pearl peel peg pen penny peony pepper per perch perfect pet petal
    pickle piece pierce pike pilgrim pill pin pine pink piper pitcher place plain plant player plum plumber poet
    point pole pond pool poole poor pop pope popper poppy port porter post pot potter pound pounder powder power
    precious press price pride priest prime prince princess print prior promise proud prudence punch purple
    quail queen quest quick quiet quill rabbit race rain rainbow ram rank rash raven ray read reader reading
    ready red reed reef regal rest rib rice rich richer riches rider ridge ring river rivers road roads rob robe
    robin robins rock rocky rod roller roof room root rope rose rosemary rosy rough round royal ruby rudder rug
    rule ruler run rush rust rusty rye sack sad saddler sage sail sailor saint salmon salt sand sands sandy sap
    sapphire saturday savage saw say scales scarlet scholar scholes school schools scout scratch sea seal seaman
    see seed self sell seller serenity sergeant service set shade shadow sharp she shears sheep shell shepherd
    sheriff shield shields ship shoot shore short shot shy sigh silk silver simple singer singh sir site skill
    skills skinner skip skipper sky slate sleep slight slope small smart snail snow snowball so soft
    soldier son song sorrel sorrow south southern spark sparks sparrow speak spear speed speller spice spire
    spring springer squire squirrel stable stack staff stag stain stand standard star stark starling start steel
    steep stern stew steward still stock stocks stone stones stork storm story stout strange stranger
    straw stream street streets stride string strong style such sue sugar sum summer sun sunday sunny sunshine
    swallow swan sweet swift sword table tailor talent tan tanner tar target tea teal tear teddy temperance temple ten
    tennis term the thorn thrush thunder thursday thy tide tie tiger tiler till timber tin tinker tiny to today
    toe toll tongue too tool top town towner toy trace trader trainer travel treasure tree trees trick trigger
    trim trip trout true trust truth tuesday tune turtle two up us usher vale valley van velvet venus victor
    victory vine viola violet viper virtue vowels wade wage wait wake walk walker wall walls war ward warden
    warder ware warm warmer warner warren was wash waterman waters watt watts way we weaver web wednesday wee
    weeks well wells welsh west western wet whale wheat wheel white who why wild wilder will willow wills win
    wind winder windmill window winds wine wing winner winter winters wise wit wolf won wonder woo wood wooden
    woodland woods wool world worth worthy wren yard year yes yet yew you young younger
    """
)
"""Folded words that name no person when they are written small."""

FUNCTION_WORDS: Final = _set(
    """
    a all am an and any are art as at be but by bye can did do does else even ever far for go got had has have he her
    hi him his how i if in into is it its just let long many may me my new no nor not now of oh ok old on one or our
    out own per see she so some such ten than that the then they this to too two up us was way we well who why win
    with yes yet you young your
    """
) - {"art", "may"}
"""At the start of a sentence these are never taken for a name."""

OPENERS: Final = _set("april august autumn chase drew hope joy june mark may rose spring summer will winter")
"""At the start of a sentence these are words only before one of `FOLLOWERS`: `Will you`, `Mark your`, `Hope to`."""

FOLLOWERS: Final = _set(
    """
    a all an any anybody anyone as be everybody everyone for have he her his how i if it its me my not of our ours she
    somebody someone that the their there these they this those to us we what when who you your yours
    """
)

GROUPS: Final = _set(
    """
    age aid alert appeal archive art arts award awards bake ball bank bear bears bells blossom board book books box
    break bridge buds bulbs bush camp card cards carol carols centre challenge choir chorus class classes club
    collection committee competition concert corner council countdown court crew cup dates day days deadline
    discussion discussions display eggs evening exhibition expedition fair fayre festival fete fever field fields
    final finals flower flowers food form forms fun fund funday gala gallery garden gardens gate gift gifts group
    groups half half-term hall heat heatwave hill holiday holidays hour house houses hunt hut idol jam jumper lane
    leaf league leaves lessons library lights lodge lunch luncheon making market match medal menu mile moon morning
    mural museum news newsletter night nursery office olympics outing pads park parties party path petal picnic
    picture pitch plan plans plant planting plants play playscheme pond posy prize project quiz raffle rally reading
    red redbreast registration report results revision rights road room routines run sale school schools season
    service set shade show sing singalong singers singing ski sky sleep society solstice song songs sports squad
    squash stalls star stars street studio sun sunrise swim table tea team teams term time timetable tour trail tree
    trees trip trips uniform vacation valley visit walk walking walks walls wars way week weekend wing wings wood
    woods work workshop workshops wreath wreaths year
    """
)
"""Before one of these an ordinary word names a thing: `Summer Fair`, `Rose Class`, `Lily pads`."""

MONTHS: Final = _set("april august june may")
BEFORE_MONTHS: Final = _set("during each early every in last late mid next since this through throughout till until")
"""After one of these, or beside a number, the name of a month is the month."""

BEFORE_PLACES: Final = _set("saint st sts")
"""After one of these a first name is a church's, a school's or a day's."""

FIGURES: Final = tuple(
    line
    for line in resources.files("gatekeeper.caption").joinpath("figures.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)
"""People and books that schools write about. A name in one of these is no person's on the register,
unless it is a person's whole name."""

PARTICLES: Final = _set("al bin da de del den der di dos du el ibn la le les ten ter van von y zu")
"""Small words inside a surname, which are no surname by themselves."""

TITLES: Final = _set("coach dr madam miss mister mr mrs ms mx prof professor sir")
"""After one of these even an ordinary word is a surname."""

ABBREVIATIONS: Final = _set(
    """
    ad ai am ar bc bq bv ca cc cd ce cv dc dj dr dt dv ed er ev fa fc ft gb gp hq hr ia id ie ii iq it iv ks la lc ld
    lk ls md mp ms nb ng ni nw ny ok ow pa pc pe pg ph pm pr ps pt qr ra re rs rt rv sa sc se st sw ta tb ted tv uk un
    up us uv va vi vr ww xl xx ym
    """
)
"""Two capitals that usually mean a thing, a place or a title."""

POINTED: Final = _set("ad am bc eg ie it nb pe pm ps pt re uk us")
"""Two letters that usually mean a thing when they are written with points, as in `P.E.`."""

BY: Final = _set("by credit photo photographer pic picture")
"""After one of these two capitals are a person's initials (`Photo: AK`), also most that usually mean a thing."""

BEFORE_PEOPLE: Final = _set("by congratulations congrats credit done from meet photo photographer pic picture thanks")
"""After one of these two capitals are mostly a person's initials."""

BEFORE_VERBS: Final = _set("he i it she that the they this we what who")
"""After one of these a small word is no first name: `we will cook`."""
