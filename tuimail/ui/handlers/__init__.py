"""What each action does, one module per area. Only `app` and `main_screen` may enter."""
