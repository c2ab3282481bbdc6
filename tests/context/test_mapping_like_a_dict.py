"""A context and a dict, driven by the same operations: they never differ."""

from __future__ import annotations

import copy
import pickle
from contextlib import suppress
from typing import Any

import minos.saga
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from minos.common import DataTransferObject, ModelType

from minos_saga_context import SagaContext, UnsupportedValueException
from tests.support.exact import picture
from tests.support.strategies import VALUE

#: Few, so that they meet again; the names of methods, of properties and what is no identifier among them.
NAMES = st.sampled_from(
    ["a", "b", "items", "get", "pop", "values", "update", "fields", "avro_str", "_x", "", "two words"]
)
SMALL = st.one_of(st.integers(-3, 3), st.text(max_size=2), st.lists(st.integers(0, 3), max_size=3), VALUE)
ITEMS = st.dictionaries(NAMES, SMALL, max_size=4)
REFUSED = st.sampled_from([object(), [object()], {"a": (1, {object()})}, print, [range(3)], iter(())])


def plain(context: Any) -> dict[str, Any]:
    """Give the items of a context; those of fields that bear a method's name without what makes them callable."""
    return {name: copy.copy(value) if callable(value) else value for name, value in Items(context)}


class Items:
    """The items of a mapping by its protocol alone: its own ``items`` may be a field."""

    def __init__(self, mapping: Any):
        self._mapping = mapping

    def __iter__(self) -> Any:
        return ((name, self._mapping[name]) for name in iter(self._mapping))


class LikeADict(RuleBasedStateMachine):
    """The context and the dict."""

    @initialize(items=ITEMS, by_keyword=st.booleans())
    def build(self, items: dict[str, Any], by_keyword: bool) -> None:
        # fields= is the protocol of Model only for Field objects.
        self.context: Any = SagaContext(**items) if by_keyword else SagaContext(items)
        self.model: dict[str, Any] = dict(items)

    @rule(name=NAMES, value=SMALL)
    def set_item(self, name: str, value: Any) -> None:
        self.context[name] = value
        self.model[name] = value

    @rule(name=NAMES.filter(lambda name: name[:1] != "_"), value=SMALL)
    def set_attribute(self, name: str, value: Any) -> None:
        if hasattr(type(self.context), name) and not hasattr(dict, name):
            return  # Names of Model's properties are items only.
        setattr(self.context, name, value)
        self.model[name] = value

    @rule(name=NAMES)
    def get_item(self, name: str) -> None:
        if name in self.model:
            assert self.context[name] == self.context[name] or picture(self.context[name]) == picture(
                self.context[name]
            )
        else:
            self.raises(KeyError, lambda: self.context[name])

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if name in self.model:
            del self.context[name]
            del self.model[name]
        else:
            self.raises(KeyError, lambda: self.context.__delitem__(name))

    @rule(name=NAMES, default=SMALL)
    def pop(self, name: str, default: Any) -> None:
        found = self.context.pop(name, default)
        assert picture(found) == picture(self.model.pop(name, default))

    @rule()
    def pop_last(self) -> None:
        if self.model:
            assert picture(self.context.popitem()) == picture(self.model.popitem())
        else:
            self.raises(KeyError, self.context.popitem)

    @rule(name=NAMES, default=SMALL)
    def set_default(self, name: str, default: Any) -> None:
        found = self.context.setdefault(name, default)
        assert picture(copy.copy(found) if callable(found) else found) == picture(self.model.setdefault(name, default))

    @rule(items=ITEMS, way=st.integers(0, 4))
    def update(self, items: dict[str, Any], way: int) -> None:
        if way == 0:
            self.context.update(items)
        elif way == 1:
            self.context.update(list(items.items()))
        elif way == 2:
            self.context.update(SagaContext(items))
        elif way == 3:
            self.context |= items
        else:
            self.context = self.context | items
        self.model.update(items)

    @rule()
    def clear(self) -> None:
        self.context.clear()
        self.model.clear()

    @rule(name=NAMES, items=ITEMS, wrong=REFUSED)
    def refuse(self, name: str, items: dict[str, Any], wrong: Any) -> None:
        self.raises(UnsupportedValueException, lambda: self.context.__setitem__(name, wrong))
        self.raises(UnsupportedValueException, lambda: self.context.update({**items, name: wrong}))
        self.raises(UnsupportedValueException, lambda: self.context.__ior__({**items, name: wrong}))
        self.raises(UnsupportedValueException, lambda: self.context | {name: wrong})
        self.raises(TypeError, lambda: self.context.update({**items, 5: 1}))

    @rule(way=st.integers(0, 7))
    def copied_or_stored(self, way: int) -> None:
        before = self.context
        if way == 0:
            self.context = copy.copy(before)
        elif way == 1:
            self.context = copy.deepcopy(before)
        elif way == 2:
            with suppress(AttributeError):  # minos has types that cannot be pickled, such as Ref
                self.context = pickle.loads(pickle.dumps(before))
        elif way == 3:
            self.context = SagaContext.from_avro_bytes(before.avro_bytes)
        elif way == 4:
            self.context = SagaContext.from_avro_str(before.avro_str)
        elif way == 5:
            self.context = SagaContext.from_avro(before.avro_schema, before.avro_data)
        elif way == 6:
            # What each of minos.saga's executors does at each step.
            self.context = minos.saga.SagaContext(before)
        else:
            wrap = DataTransferObject.from_model_type(ModelType.build("Wrap", {"context": Any}), context=before)
            self.context = DataTransferObject.from_avro_bytes(wrap.avro_bytes).context
        if self.context is not before:
            # Independent: what happens to one is not seen in the other.
            before.clear()
            before["gone"] = 1

    @precondition(lambda self: any(type(value) is list for value in self.model.values()))
    @rule(value=st.integers(0, 9))
    def change_in_place(self, value: int) -> None:
        name = next(name for name, found in self.model.items() if type(found) is list)
        self.context[name].append(value)
        self.model[name] = [*self.model[name], value]  # The list itself may stand in another place of the model.

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "context"):
            return
        context, model = self.context, self.model
        assert picture(plain(context)) == picture(model)
        assert list(context) == list(model) and list(reversed(context)) == list(reversed(model))
        assert len(context) == len(model) and bool(context) == bool(model)
        assert list(context.keys()) == list(model)
        assert picture([copy.copy(v) if callable(v) else v for v in context.values()]) == picture(list(model.values()))
        assert [name for name, _ in reversed(context.items())] == list(reversed(model))
        assert len(list(reversed(context.values()))) == len(model)
        for item in (("a", 1), ("a", 1, 2), "a", "ab", None, 5, [], ()):
            assert (item in context.items()) == (item in model.items())
        for name in ("a", "items", "gone", "_x", 5, None):
            assert (name in context) == (name in model)
            assert (context.get(name, self) is self) == (name not in model)

    def raises(self, expected: type[BaseException], action: Any) -> None:
        """Check that an action fails; that nothing changed is the invariant."""
        try:
            action()
        except expected:
            return
        raise AssertionError(f"no {expected.__name__}")


TestLikeADict = LikeADict.TestCase
TestLikeADict.settings = settings(
    max_examples=max(40, settings().max_examples // 2),
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
