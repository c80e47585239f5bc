"""The lines of the three statements, and the tags and labels they are reported under.

Tags are tried in their order, which goes from the total to narrower or older names. A line that
is reported under none of them may follow from others (``derived``).
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["flow", "mean", "stock"]
Measure = Literal["money", "money/share", "shares"]
"""``flow`` adds up over time, ``mean`` belongs to a time and does not, ``stock`` to a day."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement.

    Attributes:
        tags: of us-gaap where no taxonomy is named.
        labels: as statements print them, in small letters and without what is in brackets.
        derived: ways to compute it, each a sum of lines with their signs.
    """

    name: str
    words: str
    kind: Kind
    tags: tuple[str, ...]
    labels: tuple[str, ...] = ()
    derived: tuple[tuple[str, ...], ...] = ()
    measure: Measure = "money"


_BEFORE_TAX = "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"

_ALL = (
    Line(
        "revenue", "revenue", "flow",
        ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet",
         "RevenueFromContractWithCustomerIncludingAssessedTax", "RevenuesNetOfInterestExpense",
         "SalesRevenueGoodsNet", "SalesRevenueServicesNet", "ifrs-full:Revenue",
         "ifrs-full:RevenueFromContractsWithCustomers", "ifrs-full:RentalIncome"),
        ("total revenue", "total revenues", "total net revenue", "total net revenues",
         "total net sales", "net sales", "net revenue", "net revenues", "net operating revenues",
         "revenue", "revenues", "sales"),
    ),
    Line(
        "cost_of_revenue", "cost of revenue", "flow",
        ("CostOfRevenue", "CostOfGoodsAndServicesSold", "CostOfGoodsSold",
         "CostOfGoodsAndServiceExcludingDepreciationDepletionAndAmortization", "CostOfServices",
         "ifrs-full:CostOfSales"),
        ("total cost of sales", "cost of sales", "cost of revenue", "cost of revenues",
         "total cost of revenue", "cost of goods sold", "total cost of revenues"),
        (("+revenue", "-gross_profit"),),
    ),
    Line(
        "gross_profit", "gross profit", "flow",
        ("GrossProfit", "ifrs-full:GrossProfit"),
        ("gross profit", "gross margin", "total gross profit"),
        (("+revenue", "-cost_of_revenue"),),
    ),
    Line(
        "operating_income", "operating income", "flow",
        ("OperatingIncomeLoss", "ifrs-full:ProfitLossFromOperatingActivities"),
        ("operating income", "operating profit", "income from operations", "operating loss",
         "total operating income", "operating income loss"),
    ),
    Line(
        "pretax_income", "income before tax", "flow",
        (f"{_BEFORE_TAX}ExtraordinaryItemsNoncontrollingInterest",
         f"{_BEFORE_TAX}MinorityInterestAndIncomeLossFromEquityMethodInvestments",
         f"{_BEFORE_TAX}ForeignAndDomestic", "ifrs-full:ProfitLossBeforeTax"),
        ("income before provision for income taxes", "income before income taxes",
         "income before taxes", "profit before tax", "earnings before income taxes",
         "income before income tax"),
        (("+profit", "+income_tax"),),
    ),
    Line(
        "interest_expense", "interest expense", "flow",
        ("InterestExpense", "InterestExpenseNonoperating", "InterestExpenseDebt",
         "InterestAndDebtExpense", "ifrs-full:FinanceCosts"),
        ("interest expense", "finance costs"),
    ),
    Line(
        "ebit", "earnings before interest and tax", "flow", (), (),
        (("+pretax_income", "+interest_expense"), ("+operating_income",)),
    ),
    Line(
        "income_tax", "income tax", "flow",
        ("IncomeTaxExpenseBenefit", "ifrs-full:IncomeTaxExpenseContinuingOperations"),
        ("provision for income taxes", "income tax expense", "income taxes",
         "income tax expense benefit"),
    ),
    Line(
        "net_income", "net income", "flow",
        ("NetIncomeLoss", "NetIncomeLossAvailableToCommonStockholdersBasic", "ProfitLoss",
         "ifrs-full:ProfitLossAttributableToOwnersOfParent", "ifrs-full:ProfitLoss"),
        ("net income", "net earnings", "net loss", "net income loss", "profit for the year"),
    ),
    Line(
        "profit", "net income with that of minorities", "flow",
        ("ProfitLoss", "NetIncomeLoss", "ifrs-full:ProfitLoss"),
        ("net income", "net earnings", "net income including noncontrolling interests"),
    ),
    Line(
        "income_continuing", "income from continuing operations", "flow",
        ("IncomeLossFromContinuingOperations",
         "ifrs-full:ProfitLossFromContinuingOperations"),
        ("income from continuing operations", "net income from continuing operations"),
        (("+net_income",),),
    ),
    Line(
        "selling_expense", "selling expense", "flow",
        ("SellingAndMarketingExpense", "SellingExpense", "ifrs-full:DistributionCosts"),
        ("sales and marketing", "selling and marketing", "selling expenses"),
    ),
    Line(
        "general_expense", "general and administrative expense", "flow",
        ("GeneralAndAdministrativeExpense", "ifrs-full:AdministrativeExpense"),
        ("general and administrative",),
    ),
    Line(
        "sga", "selling, general and administrative expense", "flow",
        ("SellingGeneralAndAdministrativeExpense",
         "ifrs-full:SellingGeneralAndAdministrativeExpense"),
        ("selling general and administrative", "selling general and administrative expenses"),
        (("+selling_expense", "+general_expense"),),
    ),
    Line(
        "depreciation", "depreciation and amortization", "flow",
        ("DepreciationDepletionAndAmortization", "DepreciationAmortizationAndAccretionNet",
         "DepreciationAndAmortization", "Depreciation",
         "ifrs-full:AdjustmentsForDepreciationAndAmortisationExpense"),
        ("depreciation and amortization", "depreciation amortization and other"),
    ),
    Line(
        "operating_cash", "cash from operating activities", "flow",
        ("NetCashProvidedByUsedInOperatingActivities",
         "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
         "ifrs-full:CashFlowsFromUsedInOperatingActivities"),
        ("cash generated by operating activities", "net cash provided by operating activities",
         "net cash provided by used in operating activities",
         "net cash from operating activities"),
    ),
    Line(
        "capex", "payments for property, plant and equipment", "flow",
        ("PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets",
         "PaymentsToAcquireOtherPropertyPlantAndEquipment",
         "ifrs-full:PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities"),
    ),
    Line(
        "dividends", "dividends paid", "flow",
        ("PaymentsOfDividends", "PaymentsOfDividendsCommonStock",
         "ifrs-full:DividendsPaidClassifiedAsFinancingActivities"),
    ),
    Line("free_cash_flow", "free cash flow", "flow", (), (), (("+operating_cash", "-capex"),)),
    Line(
        "eps_basic", "basic earnings per share", "mean",
        ("EarningsPerShareBasic", "EarningsPerShareBasicAndDiluted",
         "ifrs-full:BasicEarningsLossPerShare"),
        ("basic",), measure="money/share",
    ),
    Line(
        "eps_diluted", "diluted earnings per share", "mean",
        ("EarningsPerShareDiluted", "EarningsPerShareBasicAndDiluted",
         "ifrs-full:DilutedEarningsLossPerShare"),
        ("diluted",), measure="money/share",
    ),
    Line(
        "shares_basic", "weighted average shares", "mean",
        ("WeightedAverageNumberOfSharesOutstandingBasic",
         "WeightedAverageNumberOfShareOutstandingBasicAndDiluted",
         "ifrs-full:WeightedAverageShares"),
        ("basic",), measure="shares",
    ),
    Line(
        "shares_diluted", "weighted average diluted shares", "mean",
        ("WeightedAverageNumberOfDilutedSharesOutstanding",
         "WeightedAverageNumberOfShareOutstandingBasicAndDiluted",
         "ifrs-full:AdjustedWeightedAverageShares"),
        ("diluted",), measure="shares",
    ),
    Line(
        "total_assets", "total assets", "stock", ("Assets", "ifrs-full:Assets"), ("total assets",),
    ),
    Line(
        "current_assets", "current assets", "stock",
        ("AssetsCurrent", "ifrs-full:CurrentAssets"), ("total current assets",),
    ),
    Line(
        "cash", "cash and cash equivalents", "stock",
        ("CashAndCashEquivalentsAtCarryingValue", "Cash",
         "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
         "ifrs-full:CashAndCashEquivalents"),
        ("cash and cash equivalents", "cash and equivalents"),
    ),
    Line(
        "receivables", "accounts receivable", "stock",
        ("AccountsReceivableNetCurrent", "ReceivablesNetCurrent",
         "AccountsNotesAndLoansReceivableNetCurrent",
         "ifrs-full:TradeAndOtherCurrentReceivables"),
        ("accounts receivable", "accounts receivable net", "trade accounts receivable",
         "receivables", "receivables net"),
    ),
    Line(
        "inventory", "inventories", "stock",
        ("InventoryNet", "ifrs-full:Inventories"), ("inventories", "inventory"),
        (("+energy_inventory", "+inventory_of_parts"),),
    ),
    Line("energy_inventory", "crude oil and products", "stock", ("EnergyRelatedInventory",)),
    Line(
        "inventory_of_parts", "materials and supplies", "stock",
        ("InventoryPartsAndComponentsNetOfReserves",),
    ),
    Line(
        "ppe", "property, plant and equipment", "stock",
        ("PropertyPlantAndEquipmentNet",
         "PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulatedDepreciationAndAmortization",
         "ifrs-full:PropertyPlantAndEquipment"),
        ("property plant and equipment net", "property and equipment net",
         "net property plant and equipment"),
    ),
    Line(
        "current_liabilities", "current liabilities", "stock",
        ("LiabilitiesCurrent", "ifrs-full:CurrentLiabilities"), ("total current liabilities",),
    ),
    Line(
        "total_liabilities", "total liabilities", "stock",
        ("Liabilities", "ifrs-full:Liabilities"), ("total liabilities",),
        (("+total_assets", "-equity_and_minorities"),),
    ),
    Line(
        "long_term_debt", "long-term debt", "stock",
        ("LongTermDebtNoncurrent", "LongTermDebtAndCapitalLeaseObligations",
         "LongTermNotesPayable", "LongTermDebt",
         "ifrs-full:NoncurrentPortionOfNoncurrentBorrowings",
         "ifrs-full:LongtermBorrowings"),
        ("long-term debt", "long term debt"),
    ),
    Line(
        "short_term_debt", "debt due within a year", "stock",
        ("DebtCurrent", "LongTermDebtAndCapitalLeaseObligationsCurrent",
         "ifrs-full:CurrentBorrowingsAndCurrentPortionOfNoncurrentBorrowings"),
        (),
        (("+current_part_of_debt", "+borrowings"), ("+current_part_of_debt",), ("+borrowings",)),
    ),
    Line(
        "current_part_of_debt", "current part of long-term debt", "stock",
        ("LongTermDebtCurrent", "NotesPayableCurrent"),
        ("current portion of long-term debt", "current maturities of long-term debt"),
    ),
    Line(
        "borrowings", "short-term borrowings", "stock",
        ("ShortTermBorrowings", "NotesAndLoansPayableCurrent", "NotesAndLoansPayable",
         "CommercialPaper", "OtherShortTermBorrowings"),
        ("commercial paper", "short-term borrowings", "loans and notes payable"),
    ),
    Line(
        "total_debt", "total debt", "stock",
        ("DebtLongtermAndShorttermCombinedAmount", "ifrs-full:Borrowings"), (),
        (("+long_term_debt", "+short_term_debt"),),
    ),
    Line(
        "equity", "shareholders' equity", "stock",
        ("StockholdersEquity",
         "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
         "ifrs-full:EquityAttributableToOwnersOfParent", "ifrs-full:Equity"),
        ("total shareholders’ equity", "total shareholders' equity", "total stockholders’ equity",
         "total stockholders' equity", "total equity"),
    ),
    Line(
        "equity_and_minorities", "equity with minority interests", "stock",
        ("StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
         "StockholdersEquity", "ifrs-full:Equity"),
        ("total equity", "total shareholders’ equity", "total shareholders' equity",
         "total stockholders’ equity", "total stockholders' equity"),
    ),
    Line(
        "retained_earnings", "retained earnings", "stock",
        ("RetainedEarningsAccumulatedDeficit", "ifrs-full:RetainedEarnings"),
        ("retained earnings", "accumulated deficit", "reinvested earnings"),
    ),
    Line(
        "working_capital", "working capital", "stock", (), (),
        (("+current_assets", "-current_liabilities"),),
    ),
    Line(
        "shares_outstanding", "shares outstanding", "stock",
        ("CommonStockSharesOutstanding", "ifrs-full:NumberOfSharesOutstanding"),
        ("common stock shares outstanding",),
        (("+shares_issued", "-treasury_shares"),),
        measure="shares",
    ),
    Line(
        "shares_issued", "shares issued", "stock", ("CommonStockSharesIssued",),
        ("common stock shares issued",), measure="shares",
    ),
    Line(
        "treasury_shares", "treasury shares", "stock",
        ("TreasuryStockCommonShares", "TreasuryStockShares"), measure="shares",
    ),
    Line("market_value", "market value of equity", "stock", ()),
)  # fmt: skip

LINES = {line.name: line for line in _ALL}
