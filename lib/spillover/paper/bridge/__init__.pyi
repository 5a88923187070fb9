from . import cases as cases, many_worlds as many_worlds, published_design as published_design
from .model_panels import (
    Geography as Geography,
    Process as Process,
    World as World,
    provinces as provinces,
    scattered as scattered,
)
