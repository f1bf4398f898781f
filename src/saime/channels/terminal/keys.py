"""How codes and keys of terminals are kept: as hashes."""

from hashlib import sha256


def hashed(secret: str) -> bytes:
    """Codes have 42 random bits and a day, keys 256: a slow hash gains nothing. No SECRET_KEY in it: it may change."""
    return sha256(b"saime.terminal\0" + secret.encode()).digest()
