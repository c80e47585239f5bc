"""Sets of words, and the forms of regular nouns and verbs."""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def plurals(text: str) -> frozenset[str]:
    """The words and their plurals in s."""
    return frozenset(form for word in text.split() for form in (word, f"{word}s"))


def verbs(text: str) -> frozenset[str]:
    """Third person, past and participle of regular verbs."""
    forms: set[str] = set()
    for verb in text.split():
        stem = verb.removesuffix("e")
        if verb.endswith("y") and verb[-2] not in "aeiou":
            forms.update((verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"))
            continue
        third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"
        forms.update((verb, third, f"{stem}ed", f"{stem}ing"))
    return frozenset(forms)
