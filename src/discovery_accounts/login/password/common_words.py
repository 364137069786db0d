"""Words that people make passwords of, in the languages of our libraries, and ways of walking over a keyboard.

Written by us: what people choose is known from many studies (words for "password", names of seasons and
months, endearments, teams, first names, the place of work), and each language has its own.
"""

_EVERYWHERE = """
password passwd passcode passphrase pass secret login logon signin user username admin administrator root
system sysadmin superuser master manager service server default guest test tester testing demo sample temp
temporary change changeme changeit access account office computer internet windows linux google facebook
microsoft apple samsung nokia router network security secure private letme letmein openup open sesame enter
welcome hello hallo halloo hei hej hola love lovely iloveyou loveyou you baby honey darling sweet sweetie angel
princess prince queen king lord lady boss star superstar super hero batman superman spiderman ironman pokemon
pikachu matrix starwars jedi yoda ninja dragon monster tiger lion eagle panther wolf bear monkey horse pony
unicorn dog doggy puppy cat kitty kitten hamster rabbit bunny mouse turtle butterfly flower rose sunflower
sunshine sun sunny moon rainbow summer winter spring autumn fall monday tuesday wednesday thursday friday
saturday sunday weekend january february march april may june july august september october november
december christmas easter birthday holiday vacation football soccer hockey icehockey baseball basketball
tennis golf ski skiing skate liverpool arsenal chelsea united barcelona madrid juventus rangers music guitar
piano metal rock metallica nirvana beatles abba coffee chocolate cookie banana orange apple cherry pepper
ginger cheese pizza beer whisky vodka money dollar euro silver golden gold diamond purple yellow green blue
red black white pink freedom forever whatever nothing something someone myself family mother father mommy
daddy brother sister friend friends happy lucky magic mustang ferrari porsche mercedes volvo saab toyota
honda london paris berlin europe america sweden finland norway denmark stockholm helsinki oslo copenhagen
michael daniel thomas robert andrew joshua matthew james john william david peter martin oliver oscar lucas
emma anna maria laura sara sarah lisa linda jessica michelle nicole ashley amanda jennifer charlie george
maggie bailey buster shadow hunter killer soccer hockey player gamer minecraft fortnite trustno trustme
library libraries librarian book books bookworm reader reading catalog catalogue shelf lending loan loans
university campus college student school teacher science
and the for not your mine
"""

_FINNISH = """
salasana salainen salaisuus tunnus käyttäjä käyttäjätunnus kirjaudu sisään ylläpito ylläpitäjä pääkäyttäjä
vaihda vaihdatämä moikka moi terve tervetuloa rakas rakkaus kulta kultaseni muru enkeli prinsessa kissa koira
hevonen heppa karhu susi ilves kettu perkele saatana vittu helvetti paska jumala kesä talvi kevät syksy
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai viikonloppu tammikuu helmikuu maaliskuu
huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu joulu juhannus pääsiäinen vappu
suomi finland helsinki tampere turku oulu jyväskylä kuopio lahti espoo vantaa rovaniemi lappi sauna sisu
jääkiekko jokerit tappara ilves kärpät aurinko kuu tähti kukka ruusu äiti isä mummo vaari perhe ystävä
kirjasto kirja kirjat lukija lainaaja yliopisto koulu opettaja matti mikko jukka pekka antti juha kari timo
ville jari heikki marja liisa anne tiina sari minna päivi helena johanna kaisa muumi muumimamma muumipeikko
"""

_SWEDISH = """
lösenord lösen hemligt hemlig hemlighet användare användarnamn inloggning logga välkommen älskling älskar
kärlek hjärta gubben sötnos prinsessa ängel katt katten hund hunden häst hästen björn varg fiskmås sommar
vinter vår höst måndag tisdag onsdag torsdag fredag lördag söndag helg januari februari mars maj juni juli
augusti oktober jul julafton midsommar påsk födelsedag sverige stockholm göteborg malmö uppsala åbo vasa
fotboll hammarby djurgården sommarlov solsken solen månen stjärna blomma mamma pappa mormor morfar familj
vänner kompis bibliotek biblioteket bok böcker läsare lånekort universitet skola lärare anders lars erik
johan karin kristina eva birgitta fika kaffe choklad bulle bajskorv
"""

_NORWEGIAN = """
passord hemmelig hemmelighet bruker brukernavn innlogging velkommen elsker elskling kjærlighet hjerte skatt
skatten prinsesse engel katt katten hund hunden hest hesten bjørn ulv sommer vinter vår høst mandag tirsdag
onsdag torsdag fredag lørdag søndag helg januar februar mars juni juli oktober desember jul julaften påske
bursdag norge norway oslo bergen trondheim stavanger tromsø fotball rosenborg brann vålerenga solskinn solen
månen stjerne blomst mamma pappa bestemor bestefar familie venner bibliotek biblioteket bok bøker leser
lånekort universitet skole lærer ola kari per nils ingrid astrid kaffe sjokolade fjord fjell ski
"""

WORDS = frozenset(
    word for text in (_EVERYWHERE, _FINNISH, _SWEDISH, _NORWEGIAN) for word in text.split() if len(word) >= 3
)

WALKS = (
    "abcdefghijklmnopqrstuvwxyzåäöæøå",
    "01234567890123456789",
    "qwertyuiopåü",
    "qwertzuiopü",
    "azertyuiop",
    "asdfghjklöäæø",
    "zxcvbnm",
    "yxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qayw",
    "147258369",
    "159357",
    "13579",
    "24680",
    "112233445566778899",
    "111222333444555666777888999",
    "aabbccddeeffgg",
    "zaqxswcdevfrbgtnhymjukilo",
    "qweasdzxc",
    "asdqwezxc",
    "poiuytrewq",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
    "1qazxsw23edcvfr45tgbnhy6",
    "qaz1wsx2edc3rfv4tgb5yhn6",
)
