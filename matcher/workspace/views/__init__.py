"""What browsers open: one module for each part of the workspace; every view says who may open it."""
