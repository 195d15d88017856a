"""What people write, read and checked: frozen objects in base units, no numerics."""

from simengine.scenario.network import Network, network_from_document
from simengine.scenario.quantity import Fixed, Law, Quantity, Uncertain
from simengine.scenario.study import Study, read_study, study_from_documents, study_from_text
from simengine.scenario.threat import Threat

__all__ = [
    "Fixed",
    "Law",
    "Network",
    "Quantity",
    "Study",
    "Threat",
    "Uncertain",
    "network_from_document",
    "read_study",
    "study_from_documents",
    "study_from_text",
]
