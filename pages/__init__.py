"""What every page shares: words for times and names, form fields, and how a form meets the NHS macros.

It imports no app, so that every app's forms and presenters may use it.
"""
