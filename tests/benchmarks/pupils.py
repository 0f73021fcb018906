"""Two hundred made-up pupils: first names and surnames of many cultures, put together by a fixed rule."""

from __future__ import annotations

from typing import Final

from gatekeeper.register import Register
from tests.support.gate import RegisterBuilder

FIRST: Final = """
Amira Mohammed Zoë Łukasz Søren Chloé José Nguyệt Ayşe Oluwaseun Siobhán Björn Agnieszka Yusuf Priya Arjun Mei Hiroshi
Fatima Ibrahim Kwame Adaeze Niamh Rhys Eilidh Mateusz Ioana Dmitri Oksana Nikos Eleni Giulia Luca Inês João Noor
Zainab Hamza Anaya Vihaan Harpreet Gurleen Tenzin Thuy Minh Jun Soo-jin Haruka Leilani Aroha Tane Moana Amélie Théo
Anneliese Jürgen Katarzyna Zuzanna Emre Elif Dariush Shirin Levi Miriam Yael Tariq Layla Omar Hodan Abdi Tigist Dawit
Chidi Ngozi Folasade Thandiwe Sipho Lerato Makena Jabari Will May Grace Mark Rose Hunter Jack Summer Joy Hope Lily Poppy
Daisy Ruby Amber Jasmine Ivy Violet Autumn Dawn Robin Jay Frank Bill Art Drew Sue Pat Penny Carol Christian Angel
Oliver George Harry Noah Charlie Leo Freddie Archie Theodore Isla Ava Freya Florence Sienna Evie Elsie Phoebe Harriet
Callum Ewan Morag Owain Cerys Dylan Aoife Cillian Saoirse Connor Mary-Jane Jean-Luc Anne-Marie Abdul-Rahman Lily-Mae
Alfie-James Thomas Elizabeth Alexander Katherine Benjamin Samuel Isabella Daniel Rebecca Matthew Joshua Ellie-Mae Ali An
Xin Yu Bo Li Wei Jin Kai Mia Ella Toby Max Sam Ben Tom Amy Eva Zara Imran Nadia Bilal Sana Rohan Kavya Ishaan
Meera Devika Anjali
""".split()  # noqa: SIM905 (a table reads best as one)

LAST: Final = """
Khan Al-Hassan O'Brien Kowalski Sørensen Lefèvre García Nguyen Yılmaz Adeyemi NíBhriain Gustafsson Wiśniewska Rahman
Patel Sharma Chen Tanaka Begum Hussain Mensah Okafor McCarthy Llewellyn MacDonald Nowak Popescu Volkov Shevchenko
Papadopoulos Georgiou Rossi Bianchi Fernandes d'Souza Ahmed Malik Iqbal Gupta Reddy Singh Kaur Dorji Pham Tran Kim
Park Yamamoto Kealoha Ngata Walker Tamatea Dubois Moreau Schäfer Müller Lewandowska Zielińska Demir Öztürk Tehrani
Hosseini Cohen Levy Ben-David Haddad Nasser Farouk Warsame Mohamud Tesfaye Bekele Eze Nwosu Balogun Dlamini Nkosi
Molefe Kamau Otieno Green May Grace Black White King Young Baker Cook Hunter Mason Hill Wood Stone Rose Marsh Field
Brook Church Bishop Castle Bridges Banks Cross Hall Long Short Little Large Best Good Sharp Swift Wise Noble Bright
Moody Savage Day Smith Jones Taylor Brown Williams Wilson Johnson Davies Patterson Wright Thompson Robinson Edwards
Hughes Campbell Stewart Fraser Pritchard Gwynn Murphy Kelly Byrne Doyle Gallagher Fitzgerald Smith-Jones Clarke-Wilson
Parry-Williams Fox-Davies Armitage Ashworth Postlethwaite Featherstonehaugh Cholmondeley Beauchamp Villiers Lee Ng Le
Wu Xu Li Ho Das Roy Nair Menon Iyer Pillai Banerjee Chatterjee Mukherjee Desai Joshi Kulkarni Deshmukh Choudhury
Siddiqui Qureshi Ansari Mirza Baig Butt Bhatti Chaudhry Sheikh Mahmood Akhtar Javed
""".split()  # noqa: SIM905

CALLED: Final = {"Oluwaseun": "Seun", "Katherine": "Kitty", "Alexander": "Sasha", "Theodore": "Teddy"}
"""What some are called, besides."""

Name = tuple[str, str]


def pupils(count: int = 200) -> list[Name]:
    """Return first names and surnames, always the same, no pair twice."""
    return [(FIRST[at % len(FIRST)], LAST[(at * 37 + at // len(LAST)) % len(LAST)]) for at in range(count)]


def register_of(names: list[Name]) -> Register:
    """Return a register of them all."""
    builder = RegisterBuilder()
    for first, last in names:
        builder.person(CALLED.get(first, first), last, also=(first,))
    return builder.build()
