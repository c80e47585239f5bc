"""Words that tell of what happened, good or bad, and words by which nothing is decided yet."""

from typing import Final

from worker_core.sentiment.inflections import words

GOOD_EVENTS: Final = words("""
    won win wins winning awarded award awards secured secures bags bagged clinches lands
    upgraded upgrade upgrades outperform overweight buyback repurchase bullish breakthrough
    approval approves approved approve clears cleared milestone successfully success successful
    award-winning profitable breakout accretive oversubscribed strengthens strengthening
    favourable favorable optimistic opportunity opportunities reopen reopens resumes resumed
    benefit benefits benefited satisfied pleased excellent impressive promising innovative leading
    attractive positive boosts expands agreement partnership cooperation synergies savings
    foothold praised leader recommended reliable profitably competitive renewed renews renewal
    complements well-positioned favourably favorably excellently smoothly brisk exclusive recovery
    recovering recovers proud trust record-breaking fastest-growing leading-edge synergy
    best-selling bestseller bestselling acclaimed renowned prestigious dominates dominated
    dominating delighted glad thrilled honoured honored prosperous lucrative unrivalled unmatched
    superior outstanding superb rewarded bolsters bolstered happy welcomes welcomed commended
    sound solid healthy flawless reinforces reinforced reinforce
""")
BAD_EVENTS: Final = words("""
    lay-off lay-offs layoffs laid-off redundancies strike strikes lawsuit lawsuits sues sued suing
    probe probes investigation investigated fined fraud recall recalls recalled downgraded
    downgrade downgrades underperform underweight warning warns warned warn bankruptcy bankrupt
    insolvency default defaults defaulted delay delays delayed closure closures shutdown shut
    suspend suspends suspended suspension terminate terminated terminates halts halted halt cancel
    cancelled canceled dispute disputes hit hits bearish allegations alleged penalty
    violations sell-off
    selloff crisis difficult challenging weakness concerns concern fears worries disappointing
    disappoints disappointed unprofitable negative adverse adversely unable dismiss dismissed
    resigns quits breach hack hacked outage scandal losing damage damages recession impairment
    write-down writedown redundant jeopardy trouble troubled struggling struggles struggle failed
    lawsuit insolvent jobless weakening overdue fails fail failure bleak gloomy suffer suffers
    suffered suffering hurt hurts hurting dent dents dented dismissal dismissals dismissing lockout
    withdraw withdraws withdrew withdrawal postpone postpones postponed postponement idle idled
    burden burdens burdened unsold unpaid unsatisfactory complain complained complaints fault faults
    faulty fire accident accidents explosion spill polluted pollution invalid rejected rejects
    refused revoked tougher fierce intense expensive overrun overruns shortfall stolen theft threat
    threatens threatened doubt doubts curtail curtails curtailed curtailment deepen deepened deepens
    deteriorating unfavourable unfavorable uncertain worsening stagnant stagnation standstill
    illegal unlawful misleading deficiencies
    toxic hazardous poisonous contaminated contamination leak leaks leaked leakage kidnap kidnapped
    thief thieves robbed robbery murder murdered arrested guilty convicted scam scams hoax malware
    tiring clumsy inconvenient unreliable unstable instability
    uncompetitive wasteful criticised criticized criticises confiscated banned
    forbidden prohibited injured killed injuries fatal lacks lacking depressed distressed
""")
NEUTRAL_CUES: Final = words("""
    will plan plans planned appoint appoints appointed appointment announced announces located
    headquartered founded established employs operates provides includes included consists comprises
    specialises specializes offers preview transcript webcast conference declares scheduled
    publishes published publish meeting agenda unchanged according considering may might could
    would approx
    approximately about considers eyes mulls seeks seek propose proposes
""")
