"""Files as they come in: what they are, where they are kept, their pages as pictures. No database."""
