"""The words that the rules know, by what they do in a sentence about business.

Inflected forms are made here from the base forms, so that looking a word up is one step.
"""

from typing import Final

from worker_core.sentiment.inflections import plurals, verbs, words

GOOD_WHEN_MORE: Final = plurals("""
    profit sale revenue earning margin ebit ebitda ebita turnover order backlog share stock
    dividend output production demand export growth volume guidance outlook forecast target rating
    eps pat booking delivery shipment subscriber customer user traffic gdp index result income
    profitability productivity efficiency capacity collection advance deposit asset reserve
    performance return yield fee premium rally valuation value spending business activity market
    equity futures price liquidity sentiment confidence hiring payroll surplus visitor passenger
    quarter estimate expectation position presence competitiveness quality portfolio
    utilization utilisation throughput receipt permit employment circulation synergy
    coverage popularity satisfaction membership container ticket
""") | words("""
    deliveries activities cash-flow flow net bottom-line top-line bottomline topline aum nim nii
    sensex nifty dow nasdaq s&p ftse dax cac hsi shanghai nikkei brent crude gold silver oil rupee
    euro pound sterling yen copper aluminium zinc bonds treasuries equities stocks p&l arpu roe
    productivity ridership footfall occupancy bookings backlog sales
""")
PERIODS: Final = plurals("quarter")
"""That a good one is told of, though it is mostly the time of something else."""
HOLDINGS: Final = plurals("holding stake ownership shareholding")
"""Of a company in another: that they change is news for neither."""
BAD_WHEN_MORE: Final = plurals("""
    loss cost expense debt claim charge impairment default provision deficit delay layoff defect
    bankruptcy writedown write-down write-off writeoff leverage liability expenditure shortage
    complaint recall risk death case infection fine penalty overhang churn vacancy delinquency
    redundancy unemployment inflation npa burn cancellation outflow volatility uncertainty pressure
    overcapacity tension competition tariff rate tax lockdown
""") | words("losses taxes jobless delinquencies liabilities redundancies bankruptcies closures")

UP: Final = verbs("""
    increase climb jump surge soar gain improve double triple quadruple boost expand strengthen
    advance rally rebound accelerate raise lift zoom spike exceed top surpass outpace outperform
    recover bounce rocket skyrocket appreciate enhance upgrade hike swell firm flourish
    multiply escalate inch add edge spurt widen
""") | words("""
    rose rise rises risen rising grew grow grows grown growing up higher upward upwards more
    better stronger strong strongest highest record upbeat rebounding bigger uptick upturn
    increases upside beat beats beating outpacing doubling robust topped topping spurts
    improvement improvements gains uptrend upsurge increased growth larger high
    longer-term-growth wider faster
""")
DOWN: Final = verbs("""
    drop decline decrease slump slide dip tumble plunge weaken worsen plummet halve lower reduce
    narrow ease tank skid crash retreat deteriorate slash trim erode depreciate shed
    collapse crumble languish stumble falter slow decelerate soften diminish shrink sag nosedive
    underperform dwindle cool downgrade crack squeeze
""") | words("""
    fell fall falls fallen falling slid sank sink sinks sunk sinking shrank shrunk shrinking down
    lower downward downwards less weaker weak weakest lowest poor poorer softer sluggish lost lose
    loses losing cut cuts cutting slipped slipping slips dipped dipping dips dropped dropping
    slumping slowdown downturn downtrend downside below worse worst miss misses missed missing
    trimmed trimming shrunken smaller slower low fewer reduction reductions decline declines
    drop bleed bleeds bleeding trailed shedding contracted
""")

# Of the words above, those that say how good something is, not that it moved.
PREDICATES: Final = words("""
    strong stronger strongest weak weaker weakest robust poor upbeat sluggish high low record
    more less larger smaller fewer improved increased reduced lower higher
""")

PREPOSITIONS: Final = words("of among for in by at from to")
STATES: Final = words("""
    was were is are amounted totalled totaled stood posted reported made recorded showed
""")
"""Verbs that say how large a figure is, and not that it moved."""

CURRENCIES: Final = words("""
    ( euro euros dollar dollars crown crowns krona kronor krone kroner franc francs pound pounds
    yen litas kroons zloty rouble roubles eur usd sek nok dkk gbp chf
""")
"""What may stand between a sum and the same in another currency."""

NEGATIONS: Final = words("""
    not no never none neither nor cannot can't won't don't doesn't didn't isn't aren't wasn't
    weren't couldn't wouldn't shouldn't hasn't haven't hadn't without hardly unlikely avoid avoids
    avoided avoiding
""")
CLAUSES: Final = words("while but although though whereas however despite , ; : . ? !")

EARLIER: Final = words("ago before earlier previous preceding last corresponding year")
"""What a figure is held against when it is more or less than then."""
APPOSED: Final = words("""
    which that is was are were representing represents represented meaning being equal or i e a an
    the by of some about around approximately nearly almost well clearly slightly corresponding to
    showing marking reflecting year-on-year <n> <%>
""")
"""What may stand between a figure's number with its comma and how it moved: ", an increase of"."""

PROFIT: Final = words("profit profits profitability black gain earnings income")
LOSS: Final = words("loss losses red deficit")

EXPECTATIONS: Final = plurals("""
    expectation estimate forecast consensus guidance view outlook target projection street analyst
""") | words("expected forecasts feared anticipated")
ABOVE: Final = words("""
    beat beats beating topped tops topping top exceeded exceeds exceed exceeding surpassed surpasses
    surpass above better stronger higher ahead
""")
BENEATH: Final = words("""
    miss misses missed missing below lower weaker worse short shy lag lags lagged trailed behind
""")

LINKS: Final = words("in of its the their his a our for")
AGAINST: Final = words("""
    from compared against versus vs v comparison corresponding earlier consensus estimate estimates
    expected
""")
LOSING: Final = words("lost loses lose losing")
"""What a company does when it makes a loss, if a sum follows."""
ONCE: Final = words("having had after")
"""What stands before something that is over."""
TURNS: Final = words("""
    swung swings swing turned turns turn returned returns return moved moves back into posted posts
    post reports reported report slipped plunged
""")
CUTS: Final = words("layoff layoffs lay-off lay-offs laid-off redundancies redundant")
CUTTING: Final = words("lay laid laying job")
"""Words that tell of lost jobs when one of ``PHRASES`` begins with them."""
FEARED: Final = words("feared expected anticipated forecast estimated predicted thought")
SMALLER: Final = words("less smaller lower fewer narrower milder better slower")
WINS: Final = words("""
    won win wins winning awarded secured secures secure bags bagged receives received receive
    clinches clinched lands landed gets got obtained obtains
""")
SIGNS: Final = words("signed signs sign signing inked inks ink concluded agreed agrees")
ORDERS: Final = words("""
    order orders contract contracts deal deals tender project agreement agreements approval nod
""")
JOBS: Final = words("""
    jobs job staff workforce personnel employees workers headcount positions posts clerks staffing
""")
REDUCED: Final = words("reduced cut terminated dismissed axed eliminated shed trimmed slashed")
"""What is done to jobs that stand before it: "the number of jobs will be reduced"."""
WARD: Final = words("downward upward")
CHEAP: Final = words("low lowest")
DEAR: Final = words("price prices cost costs content emission emissions")
"""What is just so, or good, when it is one of ``CHEAP``; nothing has moved."""
FARED: Final = words("""
    went go goes going did do does doing sold sells selling fared ran very extremely quite rather
    fairly exceptionally remarkably particularly
""")
"""What stands before a "well" that is good news, beside verbs in -ed."""
PHRASES: Final = {
    ("lay", "off"): "layoffs",
    ("laid", "off"): "layoffs",
    ("laying", "off"): "layoffs",
    ("job", "cuts"): "layoffs",
    ("job", "losses"): "layoffs",
    ("shut", "down"): "shutdown",
    ("shuts", "down"): "shutdown",
    ("wrote", "down"): "writedown",
    ("wrote", "off"): "writedown",
    ("write", "off"): "writedown",
    ("writes", "off"): "writedown",
    ("write", "down"): "writedown",
    ("writes", "down"): "writedown",
    ("material", "prices"): "costs",
    ("materials", "prices"): "costs",
    ("input", "prices"): "costs",
    ("fuel", "prices"): "costs",
    ("energy", "prices"): "costs",
    ("interest", "rates"): "cost",
    ("market", "share"): "sales",
    ("before", "tax"): "before",
    ("before", "taxes"): "before",
    ("after", "tax"): "after",
    ("after", "taxes"): "after",
    ("raw", "material"): "costs",
    ("raw", "materials"): "costs",
    ("due", "to"): "because",
    ("up", "to"): "until",
    ("set", "up"): "founded",
    ("sets", "up"): "founded",
    ("setting", "up"): "founded",
    ("make", "up"): "comprise",
    ("makes", "up"): "comprise",
    ("more", "than"): "over",
    ("less", "than"): "under",
    ("no", "more"): "not",
    ("further", "information"): "information",
    ("per", "share"): "per",
    ("a", "share"): "per",
    ("share", "capital"): "shareholding",
    ("own", "shares"): "shareholding",
    ("new", "shares"): "shareholding",
    ("joint", "venture"): "alliance",
    ("joint", "ventures"): "alliance",
    ("work", "together"): "alliance",
    ("teamed", "up"): "alliance",
    ("teams", "up"): "alliance",
    ("letter", "of"): "alliance",
    ("makes", "possible"): "enables",
    ("go", "live"): "introduces",
    ("court", "protection"): "insolvency",
    ("put", "off"): "postponed",
    ("puts", "off"): "postponed",
    ("called", "off"): "cancelled",
    ("broke", "down"): "failed",
    ("breaks", "down"): "fails",
    ("lost", "ground"): "weakness",
    ("loses", "ground"): "weakness",
    ("losing", "ground"): "weakness",
    ("gained", "ground"): "strengthens",
    ("gains", "ground"): "strengthens",
    ("walked", "out"): "strike",
    ("in", "arrears"): "overdue",
    ("dried", "up"): "dropped",
    ("dries", "up"): "drops",
    ("drying", "up"): "dropping",
    ("made", "up"): "comprise",
    ("fall", "due"): "matures",
    ("falls", "due"): "matures",
    ("fell", "due"): "matures",
    ("falling", "due"): "matures",
    ("bad", "loans"): "impairments",
    ("bad", "debts"): "impairments",
    ("broke", "records"): "record-breaking",
    ("all", "records"): "record-breaking",
}
"""Two words that do the work of one, which stands for them in the rules."""
