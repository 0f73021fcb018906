"""A thousand ordinary posts of British schools, none with anybody's full name.

Written from what schools post, not from the recogniser's lists: half as they stand, with many
words that are names too, half put together from openings, doings and endings.
"""

from __future__ import annotations

import random
from typing import Final

WRITTEN: Final = """
A May half-term to remember: our Year 6s are back from the Isle of Wight!
May half-term holiday club is now open for bookings
School closes for the May bank holiday on Monday
Please return the forms by Friday 9 May
SATs week starts on 12 May. Eat well, sleep well and do your best!
May the Fourth be with you from everyone in Star Wars club
May we remind families that the car park closes at 3pm
Thank you to everybody who came to the Rose garden opening
The rose garden is in bloom at last
Rose Class have been learning about the Great Fire of London
Rosewater and cardamom biscuits from cookery club
What a turnout for the Wars of the Roses debate!
Mark your calendars! Sports day is on Thursday 3 July
Mark-making in Nursery this morning
Full marks to our spelling bee finalists
On your marks, get set, go!
Question marks, exclamation marks and commas: punctuation hunt in Year 2
Hunter class had a wonderful time at the farm
Treasure hunters in the woods today
Bargain hunters, the PTA second-hand uniform sale is this Saturday
Fossil hunters on the beach at Lyme Regis
Grace before meals, sung in Latin by the chamber choir
The year 5 dancers moved with such grace
His Grace the Archbishop opened our new chapel
A period of grace for library fines: bring your books back
Summer reading challenge starts now
Summer fayre volunteers needed, see the office
Last day of the summer term. Have a lovely break!
Joy, laughter and plenty of glitter in Reception
The joy of reading: our new book nook
Pure joy on their faces
Hope you are all having a lovely weekend
Hope, courage and kindness are our school values
We hope to see lots of you there
Faith, hope and charity: this term's assemblies
People of different faiths visited Year 4 today
Will it float? Year 1 investigate
Will you be our next parent governor?
Where there's a will there's a way: cross-country in the mud
Doors will open at 6.30pm
William Shakespeare's birthday was celebrated with cake
Jack and Jill went up the hill, and so did Year 3
Jack Frost visited our playground last night
Jacket potatoes for lunch
Victory for the under-13s!
Victoria sponge baked by Year 8
We learned about Queen Victoria and life in a Victorian classroom
Jasmine and lavender now growing in the sensory garden
Poppy appeal: thank you for your generosity
Poppies made from plastic bottles line our fence
A daisy chain as long as the hall
The holly and the ivy: carol singing at the care home
Lily pads and leapfrogs: ballet showcase
Iris, the school's guide dog puppy in training, is back
Amber alert: yellow weather warning for wind tomorrow
Ruby red and emerald green: houses compete today
Pearl Harbor and the Pacific war in Year 9 history
Robin redbreast has been spotted by our birdwatchers
Robin Hood rehearsals are under way
Jay walking is dangerous: road safety week
Autumn leaves printing in Year 1
Autumn term dates are on the website
Dawn chorus walk with the nature club
Skye high: geography trip to Scotland
Heather on the moor: Year 7 at Ilkley
Crystal growing in chemistry
Melody makers: our steel pan group
Harmony in diversity
Destiny awaits at the chess final
Chase the ace raffle results
Rich tea biscuits and a good story for World Book Day
Frank discussions about mental health in Year 10
Bill of rights drafted by 8X
Art exhibition opens at 5pm in the hall
The art of origami
Drew the short straw: staff in the sponge stocks!
Sue the T. rex visits the Natural History Museum in our video
Bob the Builder day in Nursery
Pat-a-cake and nursery rhymes with our babies
Penny wars raised £412.37
A penny for the guy and sparklers on the field
Carol concert in St Mary's church
Christian Aid week: sponsored walk
Easter bonnets on parade
Noel, noel! Christmas lunch is served
Angel wings and tinsel halos
Charity bake sale at break
Patience, young grasshopper: seedlings are on their way
Constance, our oldest tortoise, woke up from hibernation
Green fingers in the allotment
Green Team won the inter-house quiz
Going green: solar panels are up
Greenhouse restoration finished
Village green cricket
White poppies and red poppies
White water rafting with Year 11
Snow White and the Seven Dwarfs, this year's panto
White Rose maths workshop for parents
Brown bread from the Year 4 bakers
Black History Month: thank you to our speakers
Blackberries and apples for crumble
Black and yellow: bees in our hive
Young Voices at the arena, what a night
Young enterprise team sold out in an hour
Young carers group meets on Wednesday
King Charles III coronation picnic
Kings and queens of England timeline
Kingfisher spotted on the pond walk
King for a day: Reception's crown making
The Lion King auditions are next week
Baker Street mystery in the escape room
Bakers of the week: Year 5
Cook and eat: pancakes
Captain Cook's voyages in Year 4
Cooks, cleaners and caretakers, thank you for all you do
Fisher-Price donated toys to our nursery
Fishing for compliments: kindness jar in Year 2
Farmers' market in the playground
Farmer for the day at Deen City Farm
Shepherds and kings in the nativity
Shepherd's pie for harvest lunch
Taylor Swift night at the disco
Tailor-made reading plans for everyone
Mason bees have moved in
Stonehenge built from biscuits
Stone Age day in Year 3
Iron Age roundhouse project
Bronze Duke of Edinburgh expedition
Silver award for eco schools
Gold medal for the relay
Golden time on Fridays
Head boy and head girl elections
Head lice: please check
Hands-on science
Foot golf tournament
Hill walking in the Peak District
Downhill all the way: sledging
Mountain rescue visited us
Forest school in all weathers
Wood carving in DT
Woodland walk with Year 2
West Yorkshire cup: runners up
West Side Story tickets on sale
North, south, east and west: orienteering
Northern lights in the planetarium
South Downs residential
Easter egg hunt
Church visit with Year 1
Church Road will be closed for resurfacing
Bishop of Leeds blesses new block
Dean Close tournament: semi-final
Abbey visit for Year 7
Castle Howard day trip
Park run for juniors
Park and stride map
Parks and gardens art
Field trip forms due
Field of poppies
Playing fields drainage work begins
Marsh walk wellies
Meadow class made bug hotels
Brook crossing on the residential
Rivers and lakes in geography
River dipping
Lake District memories
Bridge building challenge
Bridges over troubled water sung by Year 6
Banks of the Thames, sketching
Bank holiday Monday
Shaw's corner cafe sponsor
Cross country mud bath
Crossing patrol lady retires after 30 years
Hall booking for parties
Halls decked with holly
Long jump and high jump finals
Longest day picnic
Short story competition
Little Red Riding Hood puppet show
Little Wandle phonics workshop
Little explorers under the sea
Large print books for the library
Best attendance: 97.8%
Best of luck to our GCSE candidates
Good luck Year 11
Goodman's fields visit
Wise owls homework club
Wise men and camels
Sharp minds at the maths challenge
Swift response to the fire drill
Swifts are back in our nest boxes
Speedwell Year 4 assembly
Noble gases and flame tests
Bright ideas at the science fair
Bright and early breakfast club
Moody skies, dramatic watercolours
Savage garden mini-beasts
Merry Christmas from all of us
Merry-go-round maths
Love is in the air: Valentine's disco
Love your lungs: no smoking week
Loved every minute of it
Peace day assembly
Peace lilies for the memorial
Price list for the tuck shop
Pride month display
Prior Park visit
Power of reading
Powerful performances in drama
Porter's lodge now closed for works
Potter, wizard and Quidditch: book week
Pottery wheel arrives
Harry Potter quiz night
Paige turners book club
Page to stage workshop
Fox sighting on the field camera
Fantastic Mr Fox in Year 3
Wolf moon and star gazing
Wolves and bears topic
Bird watch results
Bird boxes from the Men's Shed
Swan Lake workshop
Swan feeding, please don't
Peacock feathers in art
Crane lifts new classroom into place
Drake's voyage round the world
Martin Luther King's dream in our words
Nelson Mandela day
Florence Nightingale and Mary Seacole in Year 2
Rosa Parks and the bus
Anne Frank's diary in Year 9
Isaac Newton's apple
Marie Curie daffodil appeal
Henry VIII and his six wives
Guy Fawkes and the gunpowder plot
Roald Dahl day costumes
Charlie and the Chocolate Factory tickets
Matilda the Musical auditions
Oliver! opens on Thursday
Alice in Wonderland tea party
Peter Pan flies again
James and the Giant Peach
Paddington visits London
George and the Dragon on St George's Day
St Andrew's Day shortbread
St David's Day daffodils
St Patrick's parade
Daniel in the lions' den retold
Noah's ark animals two by two
Joseph and his dreamcoat
Moses basket weaving
David and Goliath in assembly
Christopher Columbus debate
Leonardo bridge challenge in DT
Vincent van Gogh sunflowers
Frida-inspired self portraits
Michael Rosen's poem We're Going on a Bear Hunt
Ada Lovelace day coding
Malala's story
Jamie's school dinners rerun? No, better!
Harry and Meghan jokes aside, quiz night was fun
Dr Who science show
Mr Men reading corner
Mrs Claus helped at the grotto
Miss Saigon trip leaves at 5
Sir Steve opened the sports hall
Lady Godiva local history
Captain of the ship: our pirate day
Major works on the roof
Sergeant at arms: parliament visit
Coach leaves at 8.15 sharp
Doctor's surgery role play
Nurse role play in Reception
Well done Team GB!
Well done to every single one of you
Well, well, well: the wishing well is painted
Wells Cathedral choir exchange
Bath time for the Romans: Aqua Sulis
Reading festival tickets are a prize
Reading town trip for Year 10
Lincoln castle
Chester zoo with Year 1
Kent test information evening
Lancaster bomber flypast
York minster brass rubbing
Preston North End coaching
Bradford City of Culture workshop
Washington DC politics tour
Jordan and Egypt: rivers of the ancient world
Chad, Mali and Niger: mapping the Sahara
India and China ink painting
Jamaica day food
Israel and Palestine: talking about difficult news
America in the twenties
Paris in the spring
Sydney harbour bridge model
Austin Mini restoration project
Dallas robot league
Florence and Siena art trip
Chelsea flower show bronze
Kelly's heroes sponsored cycle
Bailey bridge engineering
Mini Marathon: 26 laps
A.M. registration begins at 8.45
P.E. kit on Tuesdays please
R.E. day: visit to the gurdwara
I.T. suite open at lunch
U.K. maths trust intermediate results
PTA AGM on Zoom
SEN coffee morning
PE and IT and DT and RE all on one timetable!
OK, who ate all the pies?
TV crew visits
EAL stars
Years 3 and 4: swimming, remember kit
Y5 v Y6: 3-2 aet
U11 A: 4 U11 B: 4
Class 2B and class 2R join forces
Bus 4A leaves from gate C
Vitamin C and vitamin D experiment
Plan B: indoor games
Group A visited the mosque, group B the temple
Key stage 1 singing
An amazing effort
A real treat
An apple for the teacher
A little bird told us
Le jour de Bastille in French
La Tomatada, sort of
El Dia de los Muertos skulls
Die Weihnachtsmarkt trip to Cologne
Ni hao! Mandarin club
Eid Mubarak to all our families
Happy Diwali
Happy Lunar New Year, year of the horse
Shana Tova
Vaisakhi celebrations
Lunch menu: fish, chips, peas and sweetcorn
Lost property is overflowing
Uniform shop open 2-4pm
Non-uniform day £1 please
Odd socks on Friday
Wear red for show racism the card
World Book Day is here
Bikeability level 2 complete
Balance bikes in Nursery
Walk to school week
100 days of school
One hundred and one Dalmatians
Spelling bee
Times tables rock stars
Number day
Maths is fun
Science week: explosions!
STEM club rockets
Lego league regional heat
Minecraft club builds Rome
Chess, draughts and dominoes
Knitting club scarves
Recorder group
Samba drums
Ukulele orchestra
Choir practice
Talent show
Open evening
Parents' evening slots
Nursery places available
Open day for prospective families, book at the office
Vacancies: midday supervisor
Governors' report
Ofsted said good in all areas
Thank you Friends of the school for the new trim trail
Thank you lollipop people
Thanks for your patience
Congratulations to our netball squad
Congratulations to all the winners!
Shout out to the kitchen team
Huge thanks to the local fire crew
Proud of this lot
What a day
So proud
Look at these smiles
Can you spot the otter?
Guess the teacher
Caption this!
Throwback Thursday
Friday feeling
Monday motivation
#SchoolTrip #Year4 #Fun
#TeamGreen #SportsDay2026
#WorldBookDay #ReadingForPleasure
#AntiBullyingWeek #OddSocks
#OutdoorLearning #MuddyKnees #ForestSchool
#MayHalfTerm
#RoseClass
#SummerReading
#GraceUnderPressure
#HunterClass
""".strip()

OPENINGS: Final = (
    "Year 1",
    "Year 2",
    "Year 3",
    "Year 4",
    "Year 5",
    "Year 6",
    "Year 7",
    "Year 8 geographers",
    "Year 9 linguists",
    "Reception",
    "Nursery",
    "Our Key Stage 1 children",
    "The junior choir",
    "Our under-11 footballers",
    "Eco council",
    "The gardening club",
    "Sixth form biologists",
    "4B",
    "Class 3",
    "Willow class",
    "Badgers class",
    "Kestrel group",
    "Our little learners",
    "The school council",
    "Maths club",
    "The netball A team",
    "Breakfast club",
    "Our prefects",
)
DOINGS: Final = (
    "planted sunflower seeds along the fence",
    "tested bridges made of straws",
    "visited the fire station",
    "wrote letters to the Prime Minister",
    "made Roman shields",
    "found newts in the pond",
    "baked soda bread",
    "raised £327.50 for the hospice",
    "won 14-9 at home",
    "lost 2-1 after extra time",
    "measured shadows at noon",
    "met a real palaeontologist",
    "sang at the care home",
    "held their first assembly",
    "cycled 1,240 miles in total",
    "painted with ink and feathers",
    "learnt to tie a reef knot",
    "debated whether homework should be banned",
    "collected 58 bags of litter",
    "programmed a robot to follow a line",
    "built dens in the rain",
    "went on an autumn walk",
    "retold The Gruffalo with puppets",
    "read to the reception children",
    "performed A Midsummer Night's Dream",
    "made volcanoes erupt",
    "ran a mile before breakfast",
    "grew crystals on string",
    "interviewed grandparents about the 1960s",
    "tasted fruits from five continents",
)
ENDINGS: Final = (
    "today.",
    "this week!",
    "on Friday afternoon.",
    "- what a brilliant effort!",
    "before the summer break.",
    "\U0001f389",
    "and loved it \u2764\ufe0f",
    "as part of science week.",
    "for World Earth Day.",
    "in the pouring rain.",
    "in the hall.",
    "with help from the PTA.",
    "and hope to do it again in May.",
    "at 9.30am on 14 June.",
    "and came second!",
    "together.",
    "#proud #teamwork",
    "in just 45 minutes.",
    "ready for the spring fair.",
    "- see our newsletter for more.",
)


def ordinary_posts(count: int = 1000) -> list[str]:
    """Return `count` different posts, always the same."""
    written = WRITTEN.splitlines()
    chance = random.Random(7)
    put_together = [f"{o} {d} {e}" for o in OPENINGS for d in DOINGS for e in ENDINGS]
    return written + chance.sample(put_together, count - len(written))
