"""The bill as a document: what it shows (contracts), in which words (labels), as what (render). No database here."""
