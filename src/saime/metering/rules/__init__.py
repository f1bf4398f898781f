"""The arithmetic of readings: pure functions over columns of integers, no ORM, no clock, no settings.

One meter is a column of length one. So the m³ that a resident sees seconds after submitting, the dry run and the bill
come from the same function, and 360,000 meters cost no more than their share.
"""
