"""Beds, places and changes of capacity."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
