"""From the words of an expression to its parts, by recursive descent.

In the order in which they bind, the loosest first: or, and, not, comparisons and in, + and −, * and /, a sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.expressions import arithmetic as sums
from sim.expressions import over_time
from sim.expressions.faults import ExpressionError, Slip, slip
from sim.expressions.names import Names
from sim.expressions.nodes import CODE, COLUMN, DEEPEST, NUMBER, TEXT, Part
from sim.expressions.over_time import Span
from sim.expressions.tokens import END, KEYWORDS, NAME, Token
from sim.expressions.tokens import NUMBER as DIGITS
from sim.expressions.tokens import TEXT as QUOTED

MOST_NAMES = 64
FUNCTIONS = (*over_time.FUNCTIONS, "abs")
_UNKNOWN = "an unknown name"


class Parser:
    """Reads the words of one expression.

    Parameters
    ----------
    text : str
    words : sequence of Token
    names : Names
    example : str
        What an expression must be, for faults.

    Attributes
    ----------
    named : list of str
        Names that occur, in their order.
    unknown : list of Slip
        One for each name that nothing has.
    """

    def __init__(self, text: str, words: Sequence[Token], names: Names, example: str) -> None:
        self._text, self._words, self._names, self._example = text, words, names, example
        self._at = self._depth = 0
        self.named: list[str] = []
        self.unknown: list[Slip] = []

    def whole(self) -> Part:
        """The whole text as one part; raises ExpressionError with all unknown names, or the first slip."""
        try:
            found = self._either()
            if self._now.kind != END:
                raise self._odd()
            found = self._known(found)
        except ExpressionError as error:
            raise ExpressionError(self.unknown or error.slips) from None
        if self.unknown:
            raise ExpressionError(self.unknown)
        if len(self.named) > MOST_NAMES:
            raise slip(f"must have at most {MOST_NAMES} names", f"{len(self.named)}", "make several of it")
        return found

    @property
    def _now(self) -> Token:
        return self._words[self._at]

    def _take(self, *texts: str) -> Token | None:
        """The word at hand, if it is one of these."""
        token = self._now
        if not token.is_(*texts):
            return None
        self._at += 1
        return token

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            raise self._odd(f"a {text} is missing")

    def _odd(self, remedy: str = "") -> ExpressionError:
        found = self._text if self._now.kind == END else self._now.text
        remedy = remedy or "names of more than one word stand in backquotes"
        return slip("must be " + self._example, found or "nothing", remedy, self._now.letter)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST * 4:
            raise slip(f"must not nest deeper than {DEEPEST}", "more", "make several of it", self._now.letter)

    def _either(self) -> Part:
        self._deeper()
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        self._depth -= 1
        return sums.combined("or", [self._known(part) for part in parts]) if len(parts) > 1 else parts[0]

    def _both(self) -> Part:
        parts = [self._denied()]
        while self._take("and"):
            parts.append(self._denied())
        return sums.combined("and", [self._known(part) for part in parts]) if len(parts) > 1 else parts[0]

    def _denied(self) -> Part:
        if not self._take("not"):
            return self._comparison()
        self._deeper()
        found = sums.negated(self._known(self._denied()))
        self._depth -= 1
        return found

    def _comparison(self) -> Part:
        left, steps = self._sum(), []
        while self._now.is_("in", "not", *sums.COMPARISONS):
            sign = self._now.text
            self._at += 1
            if sign in ("in", "not"):
                steps.append(self._among(left, denied=sign == "not"))
                break
            right = self._sum()
            steps.append(self._step(sign, left, right))
            left = right
        if not steps:
            return left
        return steps[0] if len(steps) == 1 else sums.combined("and", steps)

    def _step(self, sign: str, left: Part, right: Part) -> Part:
        """One comparison, in which a name that nothing has may be a word of the other side."""
        if CODE in (left.kind, right.kind):
            coded = left if left.kind == CODE else right
            left, right = (self._word(part, coded) for part in (left, right))
        return sums.compared(sign, self._known(left), self._known(right))

    def _word(self, part: Part, coded: Part) -> Part:
        """A name as a word, where it is one of the other side's words or nothing else."""
        is_word = part.text in coded.words and part is not coded
        return replace(part, kind=TEXT) if is_word or part.kind == _UNKNOWN else part

    def _among(self, left: Part, denied: bool) -> Part:
        if denied:
            self._need("in")
        self._need("(")
        words = [self._primary()]
        while self._take(","):
            words.append(self._primary())
        self._need(")")
        left = self._known(left)
        if left.kind == CODE:
            words = [self._word(word, left) for word in words]
        found = sums.one_of(left, [self._known(word) for word in words])
        return sums.negated(found) if denied else found

    def _sum(self) -> Part:
        found = self._product()
        while token := self._take("+", "-"):
            found = sums.added(token.text, self._known(found), self._known(self._product()))
        return found

    def _product(self) -> Part:
        found = self._signed()
        while token := self._take("*", "/"):
            found = sums.multiplied(token.text, self._known(found), self._known(self._signed()))
        return found

    def _signed(self) -> Part:
        token = self._take("+", "-")
        if token is None:
            return self._primary()
        self._deeper()
        found = sums.signed(token.text, self._known(self._signed()))
        self._depth -= 1
        return found

    def _primary(self) -> Part:
        token = self._now
        if self._take("("):
            found = self._either()
            self._need(")")
            return found
        if token.kind == DIGITS:
            self._at += 1
            number = float(token.text)
            return Part(NUMBER, lambda _: number, token.letter, written=True)
        if token.kind == QUOTED:
            self._at += 1
            return Part(TEXT, lambda _: token.text, token.letter, text=token.text)
        if token.kind != NAME or token.is_(*KEYWORDS):
            raise self._odd()
        self._at += 1
        if not token.quoted and token.text in FUNCTIONS and self._take("("):
            return self._called(token)
        return self._name(token)

    def _called(self, token: Token) -> Part:
        """A function of what stands in brackets behind its name."""
        name, parts, span = token.text, [self._known(self._either())], None
        while self._take(","):
            if self._now.is_("week", "weeks"):
                span = self._span(name)
                break
            parts.append(self._known(self._either()))
        self._need(")")
        if name == "abs" and len(parts) == 1 and span is None:
            return sums.absolute(parts[0])
        if name in sums.CHOICES and len(parts) > 1 and span is None:
            return sums.chosen(name, parts)
        if len(parts) > 1 or name == "abs" or (name == "at") != (span is not None and span.first == span.last):
            remedy = "at(..., week 26)" if name == "at" else f"{name}(...)" + ("" if name == "abs" else ", weeks 0..26")
            raise slip(f"must give {name}( ) what it takes", self._text, f"such as {remedy}", token.letter)
        return over_time.reduced(name, parts[0], span or Span(), token.letter)

    def _span(self, name: str) -> Span:
        """``weeks 26..52``, or of one week ``week 26``."""
        one = self._take("week") is not None
        if not one:
            self._need("weeks")
        first = self._week()
        if not one:
            self._need("..")
        last = first if one else self._week()
        if last < first or (last == first) != one:
            raise slip("must have the first week before the last", f"{first:g}..{last:g}", "", self._now.letter)
        return Span(first, last)

    def _week(self) -> float:
        token, latest = self._now, self._names.last_week
        if token.kind != DIGITS:
            raise self._odd("write weeks as weeks 26..52")
        self._at += 1
        week = float(token.text)
        if latest is not None and week > latest:
            remedy = "look at earlier weeks, or let runs last longer"
            raise slip(f"must look at weeks of the run, 0 to {latest:g}", token.text, remedy, token.letter)
        return week

    def _name(self, token: Token) -> Part:
        """What has one value a run, or one a run and week."""
        name, names = token.text, self._names
        if name not in names:
            return Part(_UNKNOWN, lambda _: np.nan, token.letter, text=name)
        if name not in self.named:
            self.named.append(name)
        words = tuple(names.words.get(name, ()))
        unit = names.units.get(name)
        kind = CODE if words else COLUMN if unit is None and name not in names.series else NUMBER
        over = name in names.series
        return Part(
            kind,
            (lambda values: values.series[name]) if over else (lambda values: values.columns[name]),
            token.letter,
            over,
            None if kind == CODE else unit,
            words,
            name,
        )

    def _known(self, part: Part) -> Part:
        """A part; a name that nothing has is noted, and taken for what fits anywhere so that reading goes on."""
        if part.kind != _UNKNOWN:
            return part
        self.unknown.append(Slip(self._names.rule, part.text, self._names.near(part.text), part.letter))
        return replace(part, kind=COLUMN, over_time=True)
