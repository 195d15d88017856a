"""The assets that links are: a link that names no asset makes one."""

from __future__ import annotations

from simengine.errors import Problem
from simengine.scenario.reading import Node

__all__ = ["add_link_assets"]

OF_THE_ASSET = ("at", "repair", "life", "restart")


def add_link_assets(network: Node) -> list[Problem]:
    """Make the assets of links that have none, in place.

    The asset gets the carrier's service, the tags ``link`` and the carrier's name with those of
    the link, the region of the from-node, and the link's repair, life, restart and place.

    Returns
    -------
    list of Problem
        Links that say of an existing asset what belongs with that asset.
    """
    problems: list[Problem] = []
    root = network.mapping
    assets = root.get("assets")
    if assets is None or not isinstance(assets.value, dict):
        return problems
    carriers = root["carriers"].mapping if "carriers" in root else {}
    for carrier_name, carrier in carriers.items():
        links = carrier.mapping["links"].mapping if "links" in carrier.mapping else {}
        for name, link in links.items():
            own = link.mapping
            moved = [key for key in (*OF_THE_ASSET, "tags") if key in own]
            if name in assets.value:
                for key in moved:
                    path = f"carriers.{carrier_name}.links.{name}.{key}"
                    advice = f"write it with the asset '{name}'"
                    found = f"'{key}' of an asset that has its own entry"
                    file, line = own[key].file, own[key].line
                    problems.append(Problem(file, line, path, "a key of a link", found, advice))
                    del own[key]
                continue
            start = own["from"].value if "from" in own else None
            beside = assets.value.get(str(start))
            asset: dict[str, Node] = {}
            if "service" in carrier.mapping:
                asset["service"] = carrier.mapping["service"].copy()
            if beside is not None and "region" in beside.mapping:
                asset["region"] = beside.mapping["region"].copy()
            words = ["link", carrier_name]
            tags = [Node(word, link.file, link.line) for word in words]
            tags += own["tags"].items if "tags" in own else []
            asset["tags"] = Node(list(tags), link.file, link.line)
            asset.update({key: own[key] for key in OF_THE_ASSET if key in own})
            asset.update({key: own[key].copy() for key in ("source", "confidence") if key in own})
            for key in moved:
                del own[key]
            if "region" not in asset and "regions" in root and root["regions"].mapping:
                # The from-node is unknown and will be refused; any region lets reading go on.
                asset["region"] = Node(next(iter(root["regions"].mapping)), link.file, link.line)
            assets.value[name] = Node(asset, link.file, link.line)
    return problems
