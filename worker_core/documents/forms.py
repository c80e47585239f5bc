"""The items that the SEC's forms prescribe, in their order."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a form.

    Attributes:
        name: as sections are named: ``Item 1A``, ``Part II Item 1``, ``Item 2.02``.
        number: ``1A``, ``2.02``.
        part: ``I`` to ``IV``; ``-`` for forms without parts.
        title: as the form's present edition words it.
        words: found in every title that the item has had.
    """

    name: str
    number: str
    part: str
    title: str
    words: re.Pattern[str]


def _items(*rows: tuple[str, str, str, str], part_in_name: bool = False) -> tuple[Item, ...]:
    """Items from their part, number, title and a pattern of the title's words."""
    items = []
    for part, number, title, words in rows:
        name = f"Part {part} Item {number}" if part_in_name else f"Item {number}"
        items.append(Item(name, number, part, title, re.compile(words, re.I)))
    return tuple(items)


TEN_K = _items(
    ("I", "1", "Business", r"business|the company"),
    ("I", "1A", "Risk Factors", r"risk factors|factors"),
    ("I", "1B", "Unresolved Staff Comments", r"unresolved|staff comments"),
    ("I", "1C", "Cybersecurity", r"cyber"),
    ("I", "2", "Properties", r"propert"),
    ("I", "3", "Legal Proceedings", r"legal|proceedings"),
    ("I", "4", "Mine Safety Disclosures", r"mine safety|submission of matters|reserved|vote of"),
    ("I", "4A", "Executive Officers of the Registrant", r"executive officers|officers of"),
    (
        "II",
        "5",
        (
            "Market for Registrant's Common Equity, Related Stockholder Matters and Issuer "
            "Purchases of Equity Securities"
        ),
        r"market for|common (?:equity|stock)|stockholder matters",
    ),
    ("II", "6", "[Reserved]", r"reserved|selected|financial data"),
    (
        "II",
        "7",
        "Management's Discussion and Analysis of Financial Condition and Results of Operations",
        r"management.{0,3}s|discussion|md&a",
    ),
    (
        "II",
        "7A",
        "Quantitative and Qualitative Disclosures About Market Risk",
        r"quantitative|qualitative|market risk",
    ),
    ("II", "8", "Financial Statements and Supplementary Data", r"financial statements|supplement"),
    (
        "II",
        "9",
        "Changes in and Disagreements with Accountants on Accounting and Financial Disclosure",
        r"disagreements|accountants",
    ),
    ("II", "9A", "Controls and Procedures", r"controls"),
    ("II", "9B", "Other Information", r"other information"),
    (
        "II",
        "9C",
        "Disclosure Regarding Foreign Jurisdictions that Prevent Inspections",
        r"foreign jurisdictions|prevent",
    ),
    (
        "III",
        "10",
        "Directors, Executive Officers and Corporate Governance",
        r"directors|executive officers|governance",
    ),
    ("III", "11", "Executive Compensation", r"compensation|remuneration"),
    (
        "III",
        "12",
        (
            "Security Ownership of Certain Beneficial Owners and Management and Related "
            "Stockholder Matters"
        ),
        r"ownership|beneficial",
    ),
    (
        "III",
        "13",
        "Certain Relationships and Related Transactions, and Director Independence",
        r"certain (?:relationships|transactions)|related",
    ),
    (
        "III",
        "14",
        "Principal Accountant Fees and Services",
        r"principal account|fees|exhibits|controls",
    ),
    (
        "IV",
        "15",
        "Exhibit and Financial Statement Schedules",
        r"exhibits?|schedules|principal account",
    ),
    ("IV", "16", "Form 10-K Summary", r"summary"),
)

TEN_KSB = _items(
    ("I", "1", "Description of Business", r"business"),
    ("I", "1A", "Risk Factors", r"risk factors"),
    ("I", "2", "Description of Property", r"propert"),
    ("I", "3", "Legal Proceedings", r"legal|proceedings"),
    (
        "I",
        "4",
        "Submission of Matters to a Vote of Security Holders",
        r"submission|vote of|reserved",
    ),
    (
        "II",
        "5",
        "Market for Common Equity and Related Stockholder Matters",
        r"market for|common equity",
    ),
    (
        "II",
        "6",
        "Management's Discussion and Analysis or Plan of Operation",
        r"management.{0,3}s|discussion|plan of",
    ),
    ("II", "7", "Financial Statements", r"financial statements"),
    ("II", "8", "Changes in and Disagreements with Accountants", r"disagreements|accountants"),
    ("II", "8A", "Controls and Procedures", r"controls"),
    ("II", "8B", "Other Information", r"other information"),
    ("III", "9", "Directors and Executive Officers", r"directors|executive officers"),
    ("III", "10", "Executive Compensation", r"compensation"),
    (
        "III",
        "11",
        "Security Ownership of Certain Beneficial Owners and Management",
        r"ownership|beneficial",
    ),
    (
        "III",
        "12",
        "Certain Relationships and Related Transactions",
        r"certain relationships|related",
    ),
    ("III", "13", "Exhibits and Reports on Form 8-K", r"exhibits"),
    ("III", "14", "Principal Accountant Fees and Services", r"principal account|fees|controls"),
)

TEN_Q = _items(
    ("I", "1", "Financial Statements", r"financial (?:statements|information)"),
    (
        "I",
        "2",
        "Management's Discussion and Analysis of Financial Condition and Results of Operations",
        r"management.{0,3}s|discussion|md&a",
    ),
    (
        "I",
        "3",
        "Quantitative and Qualitative Disclosures About Market Risk",
        r"quantitative|qualitative|market risk",
    ),
    ("I", "4", "Controls and Procedures", r"controls"),
    ("II", "1", "Legal Proceedings", r"legal|proceedings"),
    ("II", "1A", "Risk Factors", r"risk factors"),
    (
        "II",
        "2",
        "Unregistered Sales of Equity Securities and Use of Proceeds",
        r"unregistered|changes in securities|purchases|repurchases|use of proceeds|sales? of",
    ),
    ("II", "3", "Defaults Upon Senior Securities", r"defaults?"),
    ("II", "4", "Mine Safety Disclosures", r"mine safety|submission of|reserved|vote of"),
    ("II", "5", "Other Information", r"other information"),
    ("II", "6", "Exhibits", r"exhibits?"),
    part_in_name=True,
)

EIGHT_K = _items(
    ("-", "1.01", "Entry into a Material Definitive Agreement", r"entry into|definitive agreement"),
    ("-", "1.02", "Termination of a Material Definitive Agreement", r"termination"),
    ("-", "1.03", "Bankruptcy or Receivership", r"bankruptcy"),
    (
        "-",
        "1.04",
        "Mine Safety - Reporting of Shutdowns and Patterns of Violations",
        r"mine safety",
    ),
    ("-", "1.05", "Material Cybersecurity Incidents", r"cyber"),
    ("-", "2.01", "Completion of Acquisition or Disposition of Assets", r"completion|acquisition"),
    ("-", "2.02", "Results of Operations and Financial Condition", r"results of"),
    ("-", "2.03", "Creation of a Direct Financial Obligation", r"creation|obligation"),
    (
        "-",
        "2.04",
        "Triggering Events That Accelerate or Increase a Direct Financial Obligation",
        r"triggering",
    ),
    ("-", "2.05", "Costs Associated with Exit or Disposal Activities", r"costs|exit"),
    ("-", "2.06", "Material Impairments", r"impairment"),
    (
        "-",
        "3.01",
        "Notice of Delisting or Failure to Satisfy a Continued Listing Rule",
        r"delisting|listing",
    ),
    ("-", "3.02", "Unregistered Sales of Equity Securities", r"unregistered"),
    ("-", "3.03", "Material Modification to Rights of Security Holders", r"modification"),
    ("-", "4.01", "Changes in Registrant's Certifying Accountant", r"accountant"),
    ("-", "4.02", "Non-Reliance on Previously Issued Financial Statements", r"reliance"),
    ("-", "5.01", "Changes in Control of Registrant", r"changes in control"),
    (
        "-",
        "5.02",
        "Departure or Election of Directors or Certain Officers",
        r"departure|election|officers",
    ),
    ("-", "5.03", "Amendments to Articles of Incorporation or Bylaws", r"amendments?"),
    ("-", "5.04", "Temporary Suspension of Trading Under Employee Benefit Plans", r"suspension"),
    ("-", "5.05", "Amendments to the Code of Ethics", r"ethics"),
    ("-", "5.06", "Change in Shell Company Status", r"shell"),
    ("-", "5.07", "Submission of Matters to a Vote of Security Holders", r"submission|vote"),
    ("-", "5.08", "Shareholder Director Nominations", r"nominations?"),
    ("-", "6.01", "ABS Informational and Computational Material", r"abs"),
    ("-", "6.02", "Change of Servicer or Trustee", r"servicer|trustee"),
    ("-", "6.03", "Change in Credit Enhancement", r"credit"),
    ("-", "6.04", "Failure to Make a Required Distribution", r"distribution"),
    ("-", "6.05", "Securities Act Updating Disclosure", r"updating"),
    ("-", "7.01", "Regulation FD Disclosure", r"regulation fd|reg\.? fd"),
    ("-", "8.01", "Other Events", r"other (?:events|information)"),
    ("-", "9.01", "Financial Statements and Exhibits", r"financial statements|exhibits"),
)

EIGHT_K_UNTIL_2004 = _items(
    ("-", "1", "Changes in Control of Registrant", r"changes in control"),
    ("-", "2", "Acquisition or Disposition of Assets", r"acquisition|disposition"),
    ("-", "3", "Bankruptcy or Receivership", r"bankruptcy"),
    ("-", "4", "Changes in Registrant's Certifying Accountant", r"accountant"),
    ("-", "5", "Other Events", r"other (?:events|materially)"),
    ("-", "6", "Resignations of Registrant's Directors", r"resignations?"),
    ("-", "7", "Financial Statements and Exhibits", r"financial statements|exhibits"),
    ("-", "8", "Change in Fiscal Year", r"fiscal year"),
    ("-", "9", "Regulation FD Disclosure", r"regulation fd"),
    ("-", "10", "Amendments to the Registrant's Code of Ethics", r"ethics"),
    ("-", "11", "Temporary Suspension of Trading Under Employee Benefit Plans", r"suspension"),
    ("-", "12", "Results of Operations and Financial Condition", r"results of"),
)


def items_of(form_type: str | None) -> tuple[tuple[Item, ...], ...]:
    """The editions of a form to look for; all common forms where the form is unknown."""
    if form_type is None:
        return (TEN_K, TEN_Q)
    form = form_type.upper().replace(" ", "")
    if form.startswith(("10-KSB", "10KSB")):
        return (TEN_KSB, TEN_K)
    if form.startswith(("10-K", "10K")):
        return (TEN_K,)
    if form.startswith(("10-Q", "10Q")):
        return (TEN_Q,)
    if form.startswith(("8-K", "8K")):
        return (EIGHT_K, EIGHT_K_UNTIL_2004)
    return ()
