from . import audit_plots as audit_plots, bridge_plots as bridge_plots
