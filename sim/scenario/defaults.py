"""What a scenario starts from: the menu of postures and the known levers, under whatever its config says.

All numbers here are assumptions. The ranking of postures follows from what each is: proxies cost less
attention than troops, and peacekeepers need some presence to guarantee anything. Of the levers,
institutions make a relation broad (bandwidth), goods and money make a client dependent.
"""

from __future__ import annotations

from typing import Any

ABSTAIN = "abstain"
CHOOSE = "choose"
SIDES = {"none": 0, "challenger": 1, "holder": -1}

_BACK = {"aid": 0.5, "effort": 0.3}
_PROXIES = {"aid": 0.7, "presence": 0.3, "effort": 0.4, "proxies": 1.0}
_FIGHT = {"aid": 1.0, "presence": 1.0, "effort": 1.0}

MENU: dict[str, dict[str, Any]] = {
    ABSTAIN: {"side": "none"},
    "mediate": {"side": "none", "mediation": 1.0, "effort": 0.2},
    "guarantee": {"side": "none", "presence": 0.5, "mediation": 0.6, "effort": 0.5},
    "back-challenger": {"side": "challenger", **_BACK},
    "back-holder": {"side": "holder", **_BACK},
    "proxies-challenger": {"side": "challenger", **_PROXIES},
    "proxies-holder": {"side": "holder", **_PROXIES},
    "fight-challenger": {"side": "challenger", **_FIGHT},
    "fight-holder": {"side": "holder", **_FIGHT},
}

LEVERS: dict[str, dict[str, float]] = {
    "arms": {"bandwidth": 0.25, "dependence": 0.75, "rate": 0.01},
    "trade": {"bandwidth": 0.5, "dependence": 1.0, "rate": 0.02},
    "energy": {"bandwidth": 0.25, "dependence": 0.75, "rate": 0.01},
    "remittances": {"bandwidth": 0.25, "dependence": 0.75, "rate": 0.03},
    "aid": {"bandwidth": 0.25, "dependence": 0.75, "rate": 0.02},
    "treaty": {"bandwidth": 1.0, "dependence": 0.2, "rate": 0.004},
    "base": {"bandwidth": 1.0, "dependence": 0.25, "rate": 0.004},
    "elite": {"bandwidth": 1.0, "dependence": 0.2, "rate": 0.004},
    "diaspora": {"bandwidth": 0.6, "dependence": 0.25, "rate": 0.004},
}
"""Of these a scenario has the ones that its ties use; others it declares under `levers`."""
