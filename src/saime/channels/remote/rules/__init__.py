"""Pure: what a value must be, what ran through a meter on a day, and what looks wrong in it."""
