"""Forms on paper: for whom (accounts), what stands on them (contracts, words), as PDF (render)."""
