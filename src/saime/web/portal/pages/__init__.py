"""What each page says, made from the domains' answers: pure functions, no queries and no clock of their own."""
