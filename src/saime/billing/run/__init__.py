"""The monthly run: a chunk of whole buildings at a time, from figures to bills, lines, ledger entries and closed months.

inputs → lines (keys, measured, sharing, made_from) → bills → writing. `dry` stops before writing, `issue` goes all the way.
"""
