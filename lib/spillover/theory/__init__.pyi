from . import (
    bifurcation as bifurcation,
    core_periphery as core_periphery,
    dynamics as dynamics,
    footloose_entrepreneur as footloose_entrepreneur,
    growth as growth,
    symbols as symbols,
    tastes as tastes,
    welfare as welfare,
)
from .accountings import Accounting as Accounting, accounting as accounting
from .counterfactuals import (
    Counterfactual as Counterfactual,
    circle as circle,
    counterfactual as counterfactual,
    uniqueness as uniqueness,
    wave_scales as wave_scales,
)
from .equations import dependencies as dependencies, equation as equation
from .firm_location import FirmLocation as FirmLocation, locate_firms as locate_firms
from .many_regions import (
    Economy as Economy,
    LongRun as LongRun,
    ShortRun as ShortRun,
    calibrate_amenity as calibrate_amenity,
    long_run as long_run,
    long_run_impacts as long_run_impacts,
    migrate as migrate,
    short_run as short_run,
    short_run_impacts as short_run_impacts,
)
from .propositions import (
    Proof as Proof,
    Proposition as Proposition,
    prove as prove,
    survey as survey,
)
from .signs import Verdict as Verdict, decide as decide
from .two_regions import Equilibrium as Equilibrium, TwoRegions as TwoRegions
