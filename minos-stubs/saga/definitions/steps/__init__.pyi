"""What minos.saga.definitions.steps exports, from where it stands."""

from .abc import SagaStep as SagaStep
from .conditional import ConditionalSagaStep as ConditionalSagaStep
from .conditional import ElseThenAlternative as ElseThenAlternative
from .conditional import IfThenAlternative as IfThenAlternative
from .local import LocalSagaStep as LocalSagaStep
from .remote import RemoteSagaStep as RemoteSagaStep
