"""The licences of all that is inside, and a bill of materials."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from installer.parts import Part


def write_licences(folder: Path, inside: Iterable[Part]) -> list[Part]:
    """One folder a part with its texts, and an index. Returns the parts that bring no text."""
    without = []
    lines = []
    for part in inside:
        lines.append(f"{part.name} {part.version}".rstrip() + f": {part.licence}")
        if not part.licences:
            without.append(part)
            lines[-1] += f" (brings no text; see {part.home or part.purl})"
            continue
        place = folder / part.name
        place.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(part.licences):
            target = place / text.name
            if target.exists():
                target = place / f"{number}-{text.name}"
            shutil.copyfile(text, target)
    (folder / "INDEX.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return without


def bill_of_materials(version: str, inside: Iterable[Part]) -> dict[str, Any]:
    """CycloneDX 1.6 as JSON (ECMA-424), the same for the same parts."""
    components = [_component(part) for part in inside]
    application = {
        "type": "application",
        "bom-ref": f"pkg:generic/afi-desk@{version}",
        "name": "afi-desk",
        "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "purl": f"pkg:generic/afi-desk@{version}",
    }
    digest = hashlib.sha256(json.dumps([application, components], sort_keys=True).encode())
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest.digest()[:16], version=4)}",
        "version": 1,
        "metadata": {"component": application},
        "components": components,
        "dependencies": [
            {"ref": application["bom-ref"], "dependsOn": [part["bom-ref"] for part in components]}
        ],
    }


def _component(part: Part) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "purl": part.purl,
        "licenses": [{"license": {"name": part.licence}}],
    }
    if part.version:
        component["version"] = part.version
    if part.summary:
        component["description"] = part.summary
    if part.home.startswith("http"):
        component["externalReferences"] = [{"type": "website", "url": part.home}]
    return component
