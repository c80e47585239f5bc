"""What others wrote, as it is shown."""

import pytest

from desktop_app.services.shown import told


@pytest.mark.parametrize(
    ("exception", "said"),
    [
        ("ValueError('no text layer')", "ValueError: no text layer"),
        (
            "ProviderError('unreachable', 'It did not answer.', 'Try again.', True, None)",
            "ProviderError: It did not answer. Try again.",
        ),
        ("KeyError('x')", "KeyError: x"),
        ("OSError(2, 'No such file')", "OSError: No such file"),
        ("errors.Wrong(7)", "errors.Wrong: 7"),
        ("Exception()", "Exception()"),
        ("Odd(ValueError('x'))", "Odd(ValueError('x'))"),
        ("Odd(name='x')", "Odd(name='x')"),
        ("ValueError('cut off …", "ValueError('cut off …"),
        ("It failed.", "It failed."),
        ("", ""),
        ("f(\0)", "f(\0)"),
        ("(" * 5000, "(" * 5000),
    ],
)
def test_an_exception_is_told_without_the_code_around_its_words(exception: str, said: str) -> None:
    assert told(exception) == said
