"""A page from picture to readings: what stands on it, then what that means, then the same for many pages at a time."""
