"""The words of a company that grows, and of those who help it to.

Findings of them are hints: a release that names an alliance tells it as a mere fact as often as
as good news, so what each is worth is learned from labels.
"""

from typing import Final

from worker_core.sentiment.inflections import plurals, verbs, words

STEPS: Final = verbs("""
    expand enlarge invest recruit hire modernise modernize broaden create open extend add construct
    upgrade start
""") | words("""
    expansion build builds building built enlargement investment investments extension hiring
    recruitment opening upgrading
""")
"""What a company that grows does, if it does it to one of ``GROUNDS``."""
GROUNDS: Final = plurals("""
    capacity production plant factory mill line store shop outlet office network presence range
    offering operation market warehouse terminal centre center subsidiary job fleet branch
    restaurant hotel laboratory service facility workshop portfolio footprint showroom route
    engineer professional specialist
""") | words("capacities factories subsidiaries branches laboratories facilities staff abroad asia")
CHOICES: Final = words("""
    chosen selected picked chose selects picks chooses preferred ordered orders entrusted
    commissioned named nominated
""")
"""What a customer does to a supplier, if ``SUPPLIES`` stand near."""
SUPPLIES: Final = verbs("deliver supply provide install implement equip maintain manage") | words(
    """
    supplier suppliers vendor contractor partner bidder operator provider manufacturer
    delivery supplies provided equipment system systems software turbines technology solution
    solutions
"""
)
PARTNERS: Final = (
    plurals("""
    partnership alliance collaboration cooperation co-operation framework memorandum
""")
    | verbs("collaborate cooperate co-operate")
    | words("partnering partnered jointly")
)
BENEFITS: Final = verbs("""
    enable allow help save shorten simplify support complement ensure facilitate optimise optimize
    speed streamline secure enrich ease complement
""") | words("""
    easier quicker efficient efficiently cheaper cleaner lighter safer smarter advantage advantages
    thanks
    cost-effective cost-efficient energy-saving energy-efficient environmentally possible ability
    helping flexible flexibility reliability convenient satisfied accelerates added value-added
""")
"""What a product or a step is good for."""
NEWS: Final = verbs("""
    launch introduce unveil debut pioneer patent premiere commercialise
""") | words("""
    new first unique next-generation novel state-of-the-art world's innovation innovations
    groundbreaking latest
""")
