"""How many home places are needed? Demand counted from the portal's own history, and a seeded simulation of a range.

The model is a queue: people ask for a place at moments drawn from the history, stay as long as people did, wait in
turn when every place is taken, and go elsewhere when they would wait too long. Nobody waiting (patience 0) is the
Erlang B model, endless patience the Erlang C model; a test checks both against theory.
"""
