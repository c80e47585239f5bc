"""Words that tell what a sentence of a financial document is about.

Patterns match lower-case text. The lists are the project's own.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


PER_SHARE = _any(
    r"\bper (?:\w+ )?(?:diluted |basic |common )?(?:share|unit)\b",
    r"\beps\b",
    r"\bffo\b",
    r"\bper ads\b",
)
PROFIT = _any(
    r"\b(?:net |core |operating |adjusted |gross )?(?:income|earnings|profits?|loss(?:es)?)\b",
    r"\bebit(?:da|dar)?\b",
    r"\bfunds from operations\b",
)
SALES = _any(
    r"\b(?:net |total |organic |product |consolidated )?(?:sales|revenues?)\b", r"\bbookings\b"
)
MARGIN = _any(r"\b(?:gross|operating|ebitda|profit|net interest) margins?\b", r"\bbasis points\b")
CASH = _any(
    r"\bcash flows?\b",
    r"\bcapital expenditures\b",
    r"\bliquidity\b",
    r"\bbacklog\b",
    r"\bbook value\b",
    r"\bassets under management\b",
    r"\baum\b",
    r"\bdebt\b",
)
PAYOUT = _any(
    r"\bdividends?\b",
    r"\brepurchase",
    r"\bbuybacks?\b",
    r"\bexercise price\b",
    r"\bpar value\b",
    r"\bgrant date\b",
)
GUIDANCE = _any(
    r"\b(?:guidance|outlook|forecasts?|full[- ]year|reaffirm\w*|reiterat\w*)\b",
    r"\brais(?:ed|ing) (?:our|its|the)\b",
)
EXPECTATION = _any(
    r"\b(?:expects?|expected|anticipates?|projects?|estimates?|targets?|sees?|plans?)\b"
)
RANGE = _any(
    r"\bin (?:a|the) range\b",
    r"\bbetween \$?[\d.,]+ .{0,16}?\band \$?\d",
    r"\d[\w.,%]* (?:million |billion )?to \$?\d",
)
PERIOD = _any(
    r"\b(?:first|second|third|fourth|1st|2nd|3rd|4th|full|this|the)[- ](?:fiscal )?"
    r"(?:quarter|year|half)\b",
    r"\b(?:during|in|for|to|with|versus) 20\d\d\b",
    r"\bq[1-4]\b",
    r"\bfiscal(?: year)? ?(?:20)?\d\d\b",
    r"\bfy ?\d\d\b",
    r"\bquarter(?:ly)?\b",
)
MOVEMENT = _any(
    r"\b(?:increas|decreas|declin|improv|grew|rose|fell|up|down|record|higher|lower|growth)",
    r"\b(?:versus|compar)",
)
BASIS = _any(r"\b(?:adjusted|gaap|non-gaap|diluted|core)\b")
MONEY = _any(r"[$€£] ?\d[\d.,]*(?: (?:million|billion|thousand|trillion))?")
PERCENT = _any(r"%(?<=\d%)", r"percent\b(?<=\bpercent)")

BOILERPLATE = _any(
    r"forward[- ]looking",
    r"safe harbor",
    r"private securities litigation",
    r"undertakes? no (?:obligation|duty)",
    r"(?:not|no) (?:obligat|intent)\w* to (?:publicly )?update",
    r"actual results (?:may|could|might|will)",
    r"check ?mark",
    r"accelerated filer",
    r"shell company",
    r"incorporated (?:herein )?by reference",
    r"pursuant to the requirements",
    r"securities exchange act",
    r"rule \d+[a-z]?-\d",
    r"regulation s-[kt]",
    r"reconciliation",
    r"non-gaap (?:financial )?measures? (?:is|are|should|and|to)",
    r"webcast|replay|conference call|dial[- ]?in|supplement(?:al|ary) slides?",
    r"please (?:refer|see|visit)|refer to (?:note|part|item)|see note",
    r"(?:investor|media) relations|www\.|https?:",
    r"no assurance",
    r"has been prepared in accordance",
    r"audit(?:or|ed|ing|s)?\b.{0,60}\b(?:opinion|standards|committee)",
    r"internal control over",
    r"aggregate market value",
    r"shares? (?:of .{0,40})?outstanding as of",
)
COVER = _any(
    r"exact name of",
    r"date of (?:earliest|report)",
    r"telephone number",
    r"appropriate box",
    r"securities registered",
    r"written communications|soliciting material|pre-commencement",
    r"trading symbol|name of each exchange|title of each class",
    r"emerging growth company",
    r"employer identification",
    r"principal executive offices",
)
METHOD = _any(
    r"\b(?:is|are|was|were) (?:computed|calculated|determined|measured|recorded|amortized)\b",
    r"\b(?:is|are|was|were) (?:recognized|based on)\b",
    r"computation|calculation|dilutive",
    r"carrying (?:amount|value)",
    r"following table|table (?:below|presents)",
    r"\bawards?\b|restricted stock|performance share",
    r"\b(?:could|would|might|may)\b",
    r"estimates? (?:of|for)\b",
    r"accounting (?:standards?|polic)",
    r"\bnote \d|^\(?\d{1,2}\)|^\([a-z]\)",
    r":$",
)
CHANGE = _any(
    r"\b(?:sales|revenues?|income|earnings|margin|expenses?|cash flows?|profit|loss|orders)\b"
    r".{0,60}?\b(?:increased|decreased|grew|rose|fell|declined|improved|was|were|totaled)\b",
)
"""A metric, and what became of it."""

FRAGMENT = _any(
    r"\bin (?:millions|billions|thousands),? except\b|\b(?:millions|thousands), except\b",
    r"except (?:per share|share|where|percent)",
    r"\bas of or for the\b",
    r"\b(?:a|an|and|at|by|for|from|in|including|of|on|or|our|that|the|to|with)$",
    r"^[•●▪■–—·*-] ?[a-z][^\d$%]*$",
    r"[:,]$",
)
"""What is left of a table's head, of a list without figures, or of a line that was cut."""

HEDGE = _any(
    r"\b(?:do|does|did) not (?:assume|include|reflect|represent|constitute|purport)\b",
    r"\b(?:typically|generally|from time to time|in the ordinary course|historically)\b",
    r"\bunrecognized tax benefits\b|\binterest payments\b|\bobligations?\b|\breserves are\b",
    r"\badvisory vote\b|\bincentive plan\b",
    r"\brequires? (?:the use of )?(?:management|judg)",
)
"""What is true of every year, and what a figure leaves out."""

CONVERSATION = _any(
    r"\b(?:thank|thanks|good (?:morning|afternoon|evening)|welcome|questions?|operator)\b",
    r"\b(?:turn (?:it|the call)|slide|let me|i'll|i'd like|as you (?:may|know|can))\b",
    r"\b(?:as i mentioned|obviously|you'll see|talk about|remind|walk you)\b",
)
DETAIL = _any(
    r"\b(?:tax rate|depreciation|amortization|interest expense|share count|weighted average)\b",
    r"\b(?:segments?|corporate expenses?|working capital|headwinds?|tailwinds?|days|stores?)\b",
    r"\b(?:restructuring|pension|excluding|hypothetical|lease|vest\w*|notes? due|covenants?)\b",
    r"\bfair value\b",
)
