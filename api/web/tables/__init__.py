"""Tables: which part of a long list is shown, as its address says; sorted, filtered, searched and paged."""

from api.web.tables.address import Sent as Sent
from api.web.tables.address import address as address
from api.web.tables.address import read as read
from api.web.tables.layout import LONGEST_SEARCH as LONGEST_SEARCH
from api.web.tables.layout import SIZES as SIZES
from api.web.tables.layout import Cell as Cell
from api.web.tables.layout import Column as Column
from api.web.tables.layout import Filter as Filter
from api.web.tables.layout import Layout as Layout
from api.web.tables.layout import Query as Query
from api.web.tables.layout import Row as Row
from api.web.tables.listing import Listing as Listing
from api.web.tables.listing import handed_out as handed_out
from api.web.tables.listing import rows_of as rows_of
from api.web.tables.page import Chosen as Chosen
from api.web.tables.page import Heading as Heading
from api.web.tables.page import Table as Table
from api.web.tables.page import ordered as ordered
from api.web.tables.page import page_of as page_of
from api.web.tables.page import skipped as skipped
from api.web.tables.page import stretch_of as stretch_of
from api.web.tables.page import table as table
from api.web.tables.page import within as within
from api.web.tables.saved import with_saved as with_saved
