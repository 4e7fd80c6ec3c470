"""All functions of NumPy's that can be traced: importing this fills in their table."""

from graphlog.tracing.functions import (
    comparisons as comparisons,
)
from graphlog.tracing.functions import (
    einsum as einsum,
)
from graphlog.tracing.functions import (
    filling as filling,
)
from graphlog.tracing.functions import (
    fourier_transforms as fourier_transforms,
)
from graphlog.tracing.functions import (
    joining as joining,
)
from graphlog.tracing.functions import (
    linear_algebra as linear_algebra,
)
from graphlog.tracing.functions import (
    norms as norms,
)
from graphlog.tracing.functions import (
    products as products,
)
from graphlog.tracing.functions import (
    queries as queries,
)
from graphlog.tracing.functions import (
    rearranging as rearranging,
)
from graphlog.tracing.functions import (
    reductions as reductions,
)
from graphlog.tracing.functions import (
    selection as selection,
)
from graphlog.tracing.functions import (
    signals as signals,
)
from graphlog.tracing.functions import (
    sorting as sorting,
)
from graphlog.tracing.functions import (
    sums as sums,
)
