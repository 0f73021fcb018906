"""When two spellings are one name: for captions, words in pictures, rosters, searches and lists alike.

spellings("Müller")                      # {"muller", "mueller"}
same_name("Zoë O'Brien", "OBRIEN, Zoe")  # Likeness.SAME
is_found("oestergaard", ["Søren", "Østergård"])
sorted(classes, key=natural_key)         # 7A before 10A
"""

from gatekeeper.naming.comparison import Likeness as Likeness
from gatekeeper.naming.comparison import name_keys as name_keys
from gatekeeper.naming.comparison import same_name as same_name
from gatekeeper.naming.comparison import same_part as same_part
from gatekeeper.naming.comparison import shares_part as shares_part
from gatekeeper.naming.folding import fold as fold
from gatekeeper.naming.keys import spellings as spellings
from gatekeeper.naming.ordering import natural_key as natural_key
from gatekeeper.naming.particles import called_by as called_by
from gatekeeper.naming.particles import name_parts as name_parts
from gatekeeper.naming.searching import finder as finder
from gatekeeper.naming.searching import is_found as is_found
from gatekeeper.naming.searching import search_key as search_key
from gatekeeper.naming.searching import search_text as search_text
