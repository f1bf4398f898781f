"""The demo company: made-up buildings and residents that live on the water of real households."""
