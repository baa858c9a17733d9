"""Addresses of Home First, a module for each part."""

from homefirst.urls import beds, crisis, discharge, packages, planner, reablement

urlpatterns = [
    *crisis.urlpatterns,
    *reablement.urlpatterns,
    *discharge.urlpatterns,
    *beds.urlpatterns,
    *packages.urlpatterns,
    *planner.urlpatterns,
]
