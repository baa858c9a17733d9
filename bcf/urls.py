"""The addresses of this room. A metric's own page comes last: its name must not take another page's address."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
