"""How the model runs fast: lanes, memory, random draws, threads and the compiler. The theory is elsewhere."""
