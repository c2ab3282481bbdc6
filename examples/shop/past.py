"""What sagas say that an earlier version of this shop paused; apart, as the shop runs without the package too."""

from minos.saga import SagaContext

from minos_saga_context import renamed

renamed("reserved", "reservation", of=SagaContext)
