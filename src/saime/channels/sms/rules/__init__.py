"""Rules of text messages, without database, clock or settings: letters, words, numbers, what a text means."""
