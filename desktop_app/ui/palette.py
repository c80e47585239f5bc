"""From tokens to what Qt itself paints with: a palette and one small stylesheet."""

from PySide6.QtGui import QColor, QPalette

from desktop_app.ui.tokens import Radius, Size, Space, Tokens, Type

_Role = QPalette.ColorRole

_ON_BALLOON = "#1d2326"
"""Where no desktop shows notifications Qt draws them itself, pale yellow in any theme."""


def palette(t: Tokens) -> QPalette:
    """A palette for the Fusion style. Stylesheets of ours never touch items of a view."""
    result = QPalette(t.surface, t.canvas)
    roles = {
        _Role.Window: t.canvas,
        _Role.WindowText: t.text,
        _Role.Base: t.surface,
        _Role.AlternateBase: t.canvas,
        _Role.Text: t.text,
        _Role.Button: t.surface,
        _Role.ButtonText: t.text,
        _Role.BrightText: t.danger,
        _Role.ToolTipBase: t.raised,
        _Role.ToolTipText: t.text,
        _Role.PlaceholderText: t.text_faint,
        _Role.Highlight: t.selected,
        _Role.HighlightedText: t.text,
        _Role.Accent: t.accent,
        _Role.Link: t.accent,
        _Role.LinkVisited: t.accent,
        _Role.Light: t.raised,
        _Role.Midlight: t.hover,
        _Role.Mid: t.border,
        _Role.Dark: t.border,
        _Role.Shadow: t.hairline,
    }
    for role, colour in roles.items():
        result.setColor(role, colour)
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, role, t.text_disabled)
    return result


def _css(colour: QColor) -> str:
    return colour.name(QColor.NameFormat.HexArgb) if colour.alpha() < 255 else colour.name()


def stylesheet(t: Tokens) -> str:
    """Containers and plain controls. Buttons take ``kind`` = primary, danger or quiet."""
    c = {name: _css(getattr(t, name)) for name in t.__slots__ if name != "series"}
    return f"""
QWidget[role="surface"] {{
    background: {c["surface"]}; border: 1px solid {c["hairline"]};
    border-radius: {Radius.MEDIUM}px;
}}
QWidget[role="raised"] {{
    background: {c["raised"]}; border: 1px solid {c["border"]}; border-radius: {Radius.LARGE}px;
}}
QWidget[role="drawer"] {{
    background: {c["surface"]}; border: none; border-left: 1px solid {c["hairline"]};
}}
QWidget[role="plain"] {{ background: transparent; border: none; }}
QToolTip {{
    background: {c["raised"]}; color: {c["text"]}; border: 1px solid {c["border"]};
    padding: {Space.XS}px {Space.S}px; font-size: {Type.SMALL}px;
}}
QBalloonTip QLabel {{ color: {_ON_BALLOON}; }}
QBalloonTip QPushButton {{ background: transparent; border: none; min-height: 0; padding: 0; }}
QPushButton {{
    background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["border"]};
    border-radius: {Radius.SMALL}px; padding: 0 {Space.M}px; min-height: {Size.CONTROL - 2}px;
}}
QPushButton:hover {{ background: {c["hover"]}; }}
QPushButton:pressed, QPushButton:checked {{ background: {c["pressed"]}; }}
QPushButton:focus {{ border-color: {c["focus"]}; }}
QPushButton:disabled {{ color: {c["text_disabled"]}; border-color: {c["hairline"]}; }}
QPushButton[kind="primary"] {{
    background: {c["accent"]}; color: {c["on_accent"]}; border-color: {c["accent"]};
}}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{
    background: {c["accent_hover"]}; border-color: {c["accent_hover"]};
}}
QPushButton[kind="primary"]:focus {{ border: 2px solid {c["text"]}; }}
QPushButton[kind="primary"]:disabled {{
    background: {c["pressed"]}; color: {c["text_faint"]}; border-color: {c["pressed"]};
}}
QPushButton[kind="danger"] {{ color: {c["danger"]}; border-color: {c["border"]}; }}
QPushButton[kind="danger"]:disabled {{
    color: {c["text_disabled"]}; border-color: {c["hairline"]};
}}
QPushButton[kind="danger"]:hover {{ background: {c["danger_soft"]}; border-color: {c["danger"]}; }}
QPushButton[kind="quiet"], QToolButton {{
    background: transparent; border: 1px solid transparent; color: {c["text_muted"]};
    border-radius: {Radius.SMALL}px; padding: 0 {Space.S}px;
}}
QToolButton {{ padding: 0; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton[kind="quiet"]:hover, QToolButton:hover {{
    background: {c["hover"]}; color: {c["text"]};
}}
QPushButton[kind="quiet"]:focus, QToolButton:focus {{ border-color: {c["focus"]}; }}
QPushButton[kind="quiet"]:pressed, QToolButton:pressed, QToolButton:checked {{
    background: {c["pressed"]};
}}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit {{
    background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["border"]};
    border-radius: {Radius.SMALL}px; padding: 0 {Space.S}px; min-height: {Size.CONTROL - 2}px;
    selection-background-color: {c["accent"]}; selection-color: {c["on_accent"]};
}}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus {{
    border-color: {c["focus"]};
}}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{
    color: {c["text_disabled"]}; background: {c["canvas"]};
}}
QComboBox::drop-down {{ border: none; width: 20px; }}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 0; }}
QPlainTextEdit, QTextEdit {{
    background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["hairline"]};
    border-radius: {Radius.SMALL}px;
    selection-background-color: {c["accent"]}; selection-color: {c["on_accent"]};
}}
QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {c["focus"]}; }}
QMenu {{
    background: {c["raised"]}; color: {c["text"]}; border: 1px solid {c["border"]};
    padding: {Space.XS}px;
}}
QMenu::item {{ padding: 5px {Space.XL}px 5px {Space.M}px; border-radius: {Radius.SMALL}px; }}
QMenu::item:selected {{ background: {c["selected"]}; }}
QMenu::item:disabled {{ color: {c["text_disabled"]}; }}
QMenu::separator {{ height: 1px; background: {c["hairline"]}; margin: {Space.XS}px 0; }}
QHeaderView {{ background: {c["surface"]}; border: none; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {c["scrollbar"]}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {c["text_faint"]}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {c["hairline"]}; }}
QSplitter::handle:hover {{ background: {c["focus"]}; }}
QProgressBar {{
    background: {c["waiting_soft"]}; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px;
}}
QProgressBar::chunk {{ background: {c["running"]}; border-radius: 3px; }}
QTabBar::tab {{
    background: transparent; color: {c["text_muted"]}; border: none;
    border-bottom: 2px solid transparent; padding: 6px {Space.M}px;
}}
QTabBar::tab:hover {{ color: {c["text"]}; }}
QTabBar::tab:selected {{ color: {c["text"]}; border-bottom-color: {c["accent"]}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c["hairline"]}; }}
"""
