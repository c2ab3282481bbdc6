"""What minos.saga.definitions exports, from where it stands."""

from .operations import SagaOperation as SagaOperation
from .saga import Saga as Saga
from .steps.abc import SagaStep as SagaStep
from .steps.conditional import ConditionalSagaStep as ConditionalSagaStep
from .steps.conditional import ElseThenAlternative as ElseThenAlternative
from .steps.conditional import IfThenAlternative as IfThenAlternative
from .steps.local import LocalSagaStep as LocalSagaStep
from .steps.remote import RemoteSagaStep as RemoteSagaStep
from .types import LocalCallback as LocalCallback
from .types import RequestCallBack as RequestCallBack
from .types import ResponseCallBack as ResponseCallBack
