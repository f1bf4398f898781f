"""What the office's pages show, worked out before a template sees it."""
