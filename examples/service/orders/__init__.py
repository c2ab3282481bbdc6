"""A microservice of minos with one saga."""

import warnings

# aiomisc, on which minos stands, imports pkg_resources, which says so at every start.
warnings.filterwarnings("ignore", "pkg_resources is deprecated")
