"""The shapes of what a config is put together from, derived from the declared quantities.

Each quantity of `sim.quantities` becomes a closed pydantic model: a number with `value`, `range`, `source`
and `note`. What a shape cannot say (states that must exist, shares that must not exceed 1) is in `checks`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    WrapValidator,
    create_model,
    model_validator,
)
from pydantic_core import CoreSchema

from sim.quantities import DERIVED, Quantity, Record, quantities
from sim.scenario.declared import KEEP
from sim.scenario.defaults import CHOOSE
from sim.scenario.schema.json_parts import declared_schema

MOST_WEEKS = 5200
MOST = {"states": 128, "levers": 64, "postures": 64, "contests": 64, "events": 512, "sources": 1024}
"""How many entries a section may have: enough for any study, and too few to fill the memory."""
SHORTEST_TICK = 0.01

LONGEST_CODE = 32
FIGURE = "what source and note speak of, where the value is another one within the range, such as a fitted one"
CODE = r"^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*$"
SOURCE = r"^[A-Za-z][A-Za-z0-9:._-]*$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LINE = r"^[^\n\t]+$"
URL = r"^https?://\S+$"
MAP_ID, PROPERTIES = "id", "properties."
"""Where a feature of a map has its code."""
FEATURE_KEY = r"^(id|properties\..+)$"
PATTERN = r"^[A-Za-z*?][A-Za-z0-9_.*?-]*(:[a-z-]+)?$"

Code: TypeAlias = Annotated[str, StringConstraints(pattern=CODE, max_length=LONGEST_CODE)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=SLUG, max_length=64)]
Label: TypeAlias = Annotated[str, StringConstraints(pattern=LINE, max_length=120)]
Title: TypeAlias = Annotated[str, StringConstraints(pattern=LINE, max_length=400)]
Text: TypeAlias = Annotated[str, StringConstraints(max_length=4000)]
SourceKey: TypeAlias = Annotated[str, StringConstraints(pattern=SOURCE, max_length=64)]
Pattern: TypeAlias = Annotated[str, StringConstraints(pattern=PATTERN, max_length=120)]
FeatureKey: TypeAlias = Annotated[str, StringConstraints(pattern=FEATURE_KEY, max_length=120)]
Day: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date"})]
Weeks: TypeAlias = Annotated[int, Field(ge=1, le=MOST_WEEKS)]


class Closed(BaseModel):
    """A mapping that takes no unknown key and changes no type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Short(Closed):
    """A mapping for which a bare value may stand: that of the key `short`."""

    short: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: object) -> object:
        return data if isinstance(data, dict) else {cls.short: data}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: Any) -> Any:
        whole = handler(core)
        form = handler.resolve_ref_schema(whole)
        full = dict(form)
        form.clear()
        form.update(title=cls.__name__, description=cls.about(), anyOf=[full["properties"][cls.short], full])
        return whole

    @classmethod
    def about(cls) -> str:
        """What it is, for an editor."""
        raise NotImplementedError


class Given(Short):
    """A number with what it rests on; where there is a default, a bare value stands for ``{value: ...}``."""

    short = "value"
    quantity: ClassVar[Quantity]

    source: SourceKey = Field(
        default="",
        description="key of `sources`, `document:T1` for a passage of the commentary, or `assumption`",
    )
    note: Text = Field(default="", description="how the figure became the number")

    @classmethod
    def about(cls) -> str:
        """Meaning, unit, bounds and default of the quantity."""
        return described(cls.quantity)


class MapFile(Short):
    """A map; a bare name stands for ``{file: ...}``."""

    short = "file"

    file: str = Field(description="GeoJSON file in degrees, in the same folder or below")
    id: FeatureKey = Field(
        default=MAP_ID,
        description="where a feature has the code of its state: `id`, or a property such as properties.ISO_A3",
    )

    @classmethod
    def about(cls) -> str:
        """What a map is for."""
        return "GeoJSON file with the outlines of the states, in the same folder or below; it decides no result"


class Outcomes(Short):
    """Outcomes that are kept, for which a bare list may stand, and those that are declared, which `checks` looks at."""

    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)
    short = KEEP

    keep: list[Pattern] = Field(default_factory=list, description="names or patterns, such as influence.RUS.*:mean")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: Any) -> Any:
        whole = super().__get_pydantic_json_schema__(core, handler)
        full = handler.resolve_ref_schema(whole)["anyOf"][1]
        full["properties"][KEEP].pop("default", None)
        full["patternProperties"] = {f"^(?!{KEEP}$){CODE.removeprefix('^')}": declared_schema()}
        full["additionalProperties"] = False
        del full["description"]
        return whole

    @classmethod
    def about(cls) -> str:
        """What the two forms are."""
        return f"a list of outcomes that are kept, or a mapping: such a list as `{KEEP}`, and expressions by new names"


def lowest(quantity: Quantity) -> float:
    """Lower bound that a config may give; the mark for "work it out" is not for configs."""
    return -1.0 if quantity.lower == DERIVED else quantity.lower


def bounds(quantity: Quantity) -> str:
    """Say which values a quantity may take."""
    if quantity.unit == "policy":
        return " | ".join(quantity.choices) if quantity.choices else f"{CHOOSE} | the name of a posture"
    return f"[{lowest(quantity):g}, {quantity.upper:g}]"


def within(quantity: Quantity) -> str:
    """Say that a value must be one that a quantity may take."""
    return f"must lie in {bounds(quantity)}" + (f", or be {quantity.absent}" if quantity.absent else "")


def explained(quantity: Quantity) -> str:
    """Say what a quantity is, as the remedy of a fault."""
    return f"it means: {quantity.meaning} ({quantity.unit})"


def described(quantity: Quantity) -> str:
    """Describe a quantity for an editor: meaning, unit, bounds, default."""
    said = f"{quantity.meaning} ({quantity.unit}, {bounds(quantity)})"
    if quantity.default is None:
        return f"{said}; no default, so it says what it rests on"
    if quantity.unit == "policy":
        return f"{said}; default {quantity.choices[int(quantity.default)] if quantity.choices else CHOOSE}"
    if quantity.absent:
        return f"{said}; {quantity.absent} unless it is given"
    return said if quantity.default == DERIVED else f"{said}; default {quantity.default:g}"


def _switch(value: object) -> object:
    return float(value) if isinstance(value, bool) else value


def _value(quantity: Quantity) -> Any:
    if quantity.unit == "policy":
        return Literal[quantity.choices] if quantity.choices else Code
    number: Any = Annotated[float, Field(ge=lowest(quantity), le=quantity.upper)]
    if quantity.absent:
        return _or_word(number, quantity)
    if quantity.unit != "switch":
        return number
    return Annotated[number, BeforeValidator(_switch), WithJsonSchema({"enum": [True, False, 0, 1]})]


def _or_word(number: Any, quantity: Quantity) -> Any:
    """A number, or the word that stands for none."""

    def read(value: object, check: Callable[[object], float]) -> object:
        return value if value == quantity.absent else check(value)

    numbers = {"type": "number", "minimum": lowest(quantity), "maximum": quantity.upper}
    return Annotated[number, WrapValidator(read), WithJsonSchema({"anyOf": [numbers, {"const": quantity.absent}]})]


def listed(kind: Any) -> Any:
    """Make the shape of a list."""
    return GenericAlias(list, (kind,))


def given(name: str, quantity: Quantity, value: Any) -> type[Given]:
    """Make the shape of a number of one quantity, whose value has the shape `value`."""
    fields: dict[str, Any] = {"value": (value, Field(description=quantity.meaning))}
    if quantity.unit != "policy":
        number: Any = Annotated[float, Field(ge=lowest(quantity), le=quantity.upper)]
        described_as = "lowest and highest plausible value, for uncertainty analysis"
        ends: Any = Annotated[listed(number), Field(min_length=2, max_length=2)]
        fields["range"] = (ends, Field(default=None, description=described_as))
        fields["figure"] = (number, Field(default=None, description=FIGURE))
    model = create_model(name, __base__=Given, **fields)
    model.quantity = quantity
    return model


def number(record: type[Record], field: str) -> Any:
    """Shape of one declared quantity."""
    quantity = quantities(record)[field]
    return given(f"{record.__name__}_{field}", quantity, _value(quantity))
