"""What the screen is made of. Only `main_screen` and `handlers` may enter."""
