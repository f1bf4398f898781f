"""From the picture of a page to the boxes of the forms on it: markers, straightening, code. Pure."""
