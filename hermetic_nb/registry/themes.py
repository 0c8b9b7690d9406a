"""What words are about: a small thesaurus of the subjects that tools have, so that *rain* finds what says *weather*.

Written by hand from general knowledge of the language, after its author had read some thirty queries of the tuning half that
words alone do not answer; the words come from no list of queries. Its weight was chosen on the tuning half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_THEMES: Final = {
    "weather": "weather rain rainy sunny snow wind windy storm temperature forecast humidity climate umbrella hot cold",
    "money": "currency exchange dollar usd euro eur yen pound convert rupee inr gbp jpy foreign",
    "finance": "finance financial stock share invest investment investor portfolio market trading bond fund dividend revenue "
    "earnings equity asset profit economy economic macroeconomic inflation mortgage loan interest bank banking",
    "crypto": "crypto cryptocurrency bitcoin ethereum blockchain token nft wallet coin defi",
    "tax": "tax taxation income salary deduction vat accounting invoice expense budget payment",
    "food": "food restaurant meal dinner lunch breakfast eat eating dish cuisine menu dining cafe",
    "cooking": "recipe cook cooking bake baking ingredient kitchen chef meal dish dinner",
    "drink": "drink wine beer cocktail sake whisky coffee tea beverage bar bartender",
    "diet": "diet nutrition nutritional calorie protein vitamin weight carbohydrate healthy vegan vegetarian keto",
    "fitness": "fitness workout exercise gym training muscle yoga running sport strength",
    "medicine": "medicine medical doctor disease symptom patient clinical drug treatment therapy diagnosis hospital health "
    "illness pain vaccine",
    "mind": "psychology mental anxiety stress depression therapy emotion emotional mood mindfulness meditation personality "
    "motivation habit",
    "travel": "travel trip flight hotel airline airport vacation holiday itinerary destination tour tourist booking passenger "
    "accommodation visit visa",
    "map": "map navigation route direction distance location nearby geographic latitude longitude coordinate address place",
    "transport": "car vehicle driving drive train bus taxi transport traffic road truck fuel petrol gas charging electric",
    "music": "music song singer album playlist band concert lyric melody chord guitar piano artist musical soundtrack audio",
    "sound": "audio sound voice speech listen podcast recording mp3 transcribe speak",
    "film": "film movie cinema tv television series episode actor actress director streaming netflix anime",
    "video": "video youtube clip footage stream animation channel watch film",
    "picture": "picture image photo photograph drawing draw illustration visual art paint painting graphic gif meme logo",
    "art": "art museum painting sculpture gallery artwork artist exhibition",
    "design": "design designer layout logo brand template font color poster banner graphic",
    "chart": "chart diagram graph plot visualize visualization flowchart mindmap visualise bar pie histogram",
    "book": "book novel author read reading library literature literary story fiction bible quran poem poetry verse scripture",
    "religion": "religion religious god bible quran hadith islamic christian prayer church spiritual faith",
    "stars": "horoscope astrology zodiac tarot fortune sign moon aries leo virgo libra divination",
    "news": "news headline article journalist press newspaper current event story",
    "science": "science scientific paper research academic journal citation study scholar publication arxiv pubmed literature",
    "learning": "learn learning education educational teach teacher student school course lesson tutor class homework quiz exam "
    "university college study",
    "child": "child children kid toddler baby parent year-old family little",
    "language": "language translate translation english spanish french german chinese vocabulary grammar word phrase pronunciation "
    "dictionary synonym definition",
    "writing": "write writing essay blog copywriting text draft edit rewrite proofread plagiarism content article paragraph",
    "document": "document pdf file page word docx summarize summary extract upload report",
    "note": "note notebook remember reminder memory diary journal save memo",
    "calendar": "calendar schedule meeting appointment date event deadline reminder agenda",
    "clock": "clock time hour minute timezone date duration day today tomorrow now",
    "task": "task project todo workflow productivity plan planning management assign deadline",
    "mail": "mail email inbox newsletter message gmail send letter sms",
    "social": "social twitter facebook instagram post tweet hashtag follower linkedin reddit tiktok influencer",
    "shopping": "shop shopping buy purchase product price store cart cheap discount deal order retail merchandise ecommerce amazon "
    "coupon",
    "gift": "gift present birthday christmas wedding anniversary celebrate party",
    "clothes": "clothes clothing wear dress shirt fashion outfit apparel style hoodie shoe trousers jacket",
    "home": "house home property apartment rent real estate listing housing mortgage realtor tenant furniture interior",
    "garden": "garden plant flower gardening tree indoor soil watering",
    "animal": "animal pet dog cat bird breed wildlife species fish",
    "job": "job career resume cv employment hire hiring interview recruit candidate salary work employer vacancy",
    "law": "law legal lawyer court contract attorney case statute legislation regulation patent crime judge",
    "government": "government politics political election vote congress senate bill policy parliament president",
    "company": "company business startup enterprise corporate firm industry customer client sales lead b2b prospect",
    "marketing": "marketing advertise advertisement ad campaign seo keyword brand audience promotion competitor search traffic",
    "sport": "sport football soccer basketball baseball hockey tennis nba nfl mlb nhl team player match league tournament score "
    "champion coach golf cricket",
    "play": "game gaming play puzzle chess dice quest adventure player trivia riddle rpg dungeon minecraft roll avatar",
    "fun": "joke funny humor entertain entertainment laugh fun comedy",
    "web": "web website internet page url link browser browse domain online site search google homepage screenshot",
    "code": "code coding program programming developer software python javascript function debug compile repository github "
    "library script algorithm api",
    "database": "database sql query table record row column data dataset csv spreadsheet excel",
    "server": "server cloud aws gcp azure infrastructure deploy kubernetes docker log ssh hosting devops network",
    "security": "security password encrypt encryption vulnerability hacker threat malware privacy secure authentication hash",
    "ai": "ai prompt chatbot gpt model chatgpt neural machine llm",
    "math": "math mathematics mathematical equation calculate calculator algebra calculus integral derivative solve formula "
    "arithmetic sum logarithm root",
    "geometry": "geometry area circle triangle rectangle radius perimeter volume square angle",
    "statistics": "statistics mean average median deviation variance probability regression distribution correlation",
    "biology": "biology gene genome dna rna protein sequence cell species genetic evolution nucleotide",
    "chemistry": "chemistry chemical molecule reaction atom element compound concentration acid",
    "physics": "physics velocity speed force energy acceleration gravity mass motion electric magnetic",
    "space": "space planet star astronomy satellite orbit galaxy moon solar",
    "earth": "air quality pollution environment environmental carbon emission earthquake sea ocean surf wave tide",
    "charity": "charity donate donation nonprofit volunteer cause",
    "sickness": "insurance claim policy coverage premium",
    "qr": "qr barcode scan shorten",
    "speech": "presentation slide powerpoint speech talk keynote",
}

_ABOUT: Final[dict[str, tuple[str, ...]]] = {}
for _theme, _words in _THEMES.items():
    for _word in _words.split():
        _ABOUT[_word] = (*_ABOUT.get(_word, ()), f"about{_theme}")


def themes(words: Iterable[str]) -> list[str]:
    """The subjects of words, as words that no text has; sorted."""
    return sorted({theme for word in words for form in _forms(word) for theme in _ABOUT.get(form, ())})


def _forms(word: str) -> list[str]:
    """A word, and what it may be an inflection of."""
    endings = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"))
    return [word, *(word.removesuffix(old) + new for old, new in endings if word.endswith(old))]
