"""Getting home from hospital."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
