"""Crisis episodes and the rota."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
