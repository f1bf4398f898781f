"""The arithmetic of a bill: amounts, shares, days, lateness. Pure: no database, no clock, no settings.

Columns are NumPy integers: quantities and m³ in thousandths, prices in millionths of a euro, money in cents, rates in
hundredths of a percent, days as proleptic ordinals (`date.toordinal`).
"""
