"""The monthly run: whole buildings, a chunk at a time, from figures to bills, lines, ledger entries and closed months.

inputs → quantities (measured, differences) → lines → bills → writing. `dry` stops before writing, `issue` goes all the
way; `credit` and `reissue` take back and make anew one bill.
"""
