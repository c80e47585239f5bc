"""What goes into the frozen program and what stays out.

No hook of PyInstaller knows that Celery, Kombu, Billiard and Flower name their modules in strings.
What is listed here is held against living processes by ``tests/packaging/test_hidden_imports.py``.
"""

import pkgutil
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path

# Every submodule of these: they are loaded by name, out of tables and settings.
WHOLE = (
    "worker_core",
    "desktop_app",
    "resources",
    "celery",
    "kombu",
    "billiard",
    "flower",
    "vine",
    "amqp",
    "uvicorn",
    "alembic",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql",
    "psycopg",
    "psycopg_binary",
    "exchange_calendars",
    "statsmodels.tsa",
    "arch.univariate",
    "optuna",
    "keyring.backends",
    "reportlab",
)

# Of those, what serves brokers, stores, pools and tests that are not used.
NOT_OF_WHOLE = (
    ".tests",
    ".testing",
    ".test_",
    ".conftest",
    "celery.contrib",
    "celery.backends.",
    "celery.concurrency.eventlet",
    "celery.concurrency.gevent",
    "kombu.transport.",
    "kombu.asynchronous.aws",
    "billiard._win",
    "billiard.popen_spawn_win32",
    "uvicorn.workers",
    "optuna.visualization",
    "optuna.integration",
    "optuna.storages.journal._redis",
    "arch.univariate.recursions_python",
    "reportlab.graphics.testdrawings",
    "reportlab.graphics.testshapes",
)
YET = (
    "celery.backends.base",
    "celery.backends.redis",
    "celery.backends.asynchronous",
    "celery.backends.cache",
    "celery.backends.database",
    "celery.contrib.testing",
    "kombu.transport.base",
    "kombu.transport.redis",
    "kombu.transport.memory",
    "kombu.transport.virtual",
    "kombu.transport.native_delayed_delivery",
)

HIDDEN = (
    # The signatures of Qt's own functions load them.
    "PySide6.support",
    "PySide6.support.deprecated",
    "vaderSentiment.vaderSentiment",
    "fastparquet",
    "cramjam",
    "sklearn.ensemble",
    # Compiled code of the trees asks for its quad tree.
    "sklearn.neighbors",
    "sklearn.linear_model",
    "scipy.stats",
    "tornado.platform.asyncio",
)

# Packages whose data files are read at run time.
DATA = ("resources", "flower", "vaderSentiment", "tzdata", "certifi", "fastparquet")

# Installed beside the project for its development, wanted by no part that runs, or for pictures
# and terminals that are not made here.
EXCLUDED = (
    "IPython", "PIL", "PyInstaller", "_pytest", "babel", "black", "hypothesis", "jedi",
    "lib2to3", "lxml.html", "lxml.objectify", "matplotlib", "mkdocs", "material", "mypy", "mypyc",
    "numpy.distutils",
    "optuna.visualization", "patsy.test_build", "patsy.test_highlevel", "patsy.test_regressions",
    "patsy.test_splines_bs_data", "patsy.test_splines_crs_data", "patsy.test_state", "pip",
    "pkg_resources", "plotly", "pydoc_data", "pygments", "pytest", "pytestqt", "rich", "ruff",
    "schemathesis", "setuptools", "tkinter", "turtle", "turtledemo", "uv", "wheel", "xdist",
    "yfinance", "onnxruntime", "tokenizers", "huggingface_hub", "google",
    "opentelemetry.exporter", "opentelemetry.instrumentation", "opentelemetry.proto",
    "opentelemetry.sdk", "opentelemetry.semconv",
    "scipy.cluster", "scipy.datasets", "selectolax.parser", "sklearn.cluster", "sklearn.datasets",
    "sklearn.manifold", "sklearn.mixture", "sklearn.utils._test_common",
    "sklearn.utils.estimator_checks", "sqlalchemy.dialects.mssql",
    "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.oracle", "pyqtgraph.opengl",
    "pyqtgraph.examples", "pyqtgraph.jupyter", "OpenGL",
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuick3D", "PySide6.QtQuickWidgets",
    "PySide6.QtQuickControls2", "PySide6.QtPdf", "PySide6.QtPdfWidgets", "PySide6.QtDesigner",
    "PySide6.QtHelp", "PySide6.QtSql", "PySide6.QtUiTools", "PySide6.QtXml",
    "PySide6.QtOpenGLWidgets", "PySide6.QtTest", "PySide6.QtConcurrent", "PySide6.QtPrintSupport",
)  # fmt: skip

# Large libraries whose docstrings nothing reads: a tenth of the archive. Ours stay, since the
# command line shows them, and so do those of statsmodels, which fills some in as it is imported.
WITHOUT_DOCSTRINGS = {
    "narwhals", "numpy", "optuna", "pandas", "pyqtgraph", "redis", "reportlab", "scipy", "sklearn",
    "sqlalchemy",
}  # fmt: skip

# Files that hooks bring along and nothing opens: sources of compiled modules, and the parts of Qt
# for QML, embedded screens, databases and the theme of GTK, which brings its whole toolkit.
SOURCES = (".c", ".cc", ".cpp", ".h", ".hpp", ".pxd", ".pxi", ".pyi", ".pyx", ".tempita", ".in")
_QT = "PySide6/Qt/"
NOT_TAKEN = (
    *(_QT + folder for folder in ("qml/", "translations/")),
    *(
        f"{_QT}plugins/{plugin}"
        for plugin in (
            "platforminputcontexts/libqtvirtualkeyboard",
            "platforms/libqeglfs",
            "platforms/libqlinuxfb",
            "platforms/libqminimal",
            "platforms/libqvkkhrdisplay",
            "platforms/libqvnc",
            "platformthemes/libqgtk3",
            "egldeviceintegrations/",
            "imageformats/libqpdf",
            "imageformats/libqtiff",
            "imageformats/libqwebp",
            "imageformats/libqtga",
            "imageformats/libqwbmp",
            "imageformats/libqicns",
            "generic/",
            "networkinformation/",
            "sqldrivers/",
            "qmltooling/",
            "designer/",
        )
    ),
    *(
        f"{_QT}lib/libQt6{library}"
        for library in ("Qml", "Quick", "VirtualKeyboard", "Pdf", "EglF", "EglFS", "OpenGL.")
    ),
    "lxml/objectify.",
    "lxml/includes/",
    "lxml/isoschematron/",
    "numpy/_core/include/",
    "numpy/_core/lib/",
    "pyqtgraph/icons/peegee/",
    "sklearn/datasets/",
)


def submodules(package: str) -> list[str]:
    """The package and all modules in it, found without importing more than what is above it."""
    try:
        spec = find_spec(package)
    except ValueError:
        # kombu puts something else in its own place when it is imported.
        spec = PathFinder.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return _below(package, Path(next(iter(folders)))) if folders else [package] if spec else []


def _below(package: str, folder: Path) -> list[str]:
    found = [package]
    for module in pkgutil.iter_modules([str(folder)]):
        name = f"{package}.{module.name}"
        if of_whole(name):
            found += _below(name, folder / module.name) if module.ispkg else [name]
    return found


def of_whole(name: str) -> bool:
    """Whether a submodule of ``WHOLE`` goes in."""
    if any(name == kept or name.startswith(kept + ".") for kept in YET):
        return True
    return not any(
        name.startswith(left) if not left.startswith(".") else left in name + "."
        for left in NOT_OF_WHOLE
    )


def without_docstrings(module: str) -> bool:
    """Whether a module goes in without docstrings and assertions."""
    return module.partition(".")[0] in WITHOUT_DOCSTRINGS


def taken(destination: str) -> bool:
    """Whether a file of the program's folder stays in it."""
    name = destination.replace("\\", "/")
    if name.startswith("worker_core/"):
        return True
    # What wheels say of themselves; the package has a bill of materials of its own.
    own_bill = ".dist-info/sboms/" in name
    left_out = name.endswith((*SOURCES, ".dist-info/RECORD"))
    return not (own_bill or left_out or name.startswith(NOT_TAKEN))
