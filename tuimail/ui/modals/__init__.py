"""Overlays over the main screen: command line, palette, help, which-key, prompts.

The screen yields one `Overlays` (host.py) above everything; `await overlays.ask(modal)` shows a
modal, gives it the keys and returns its answer, or None after Esc. Ask from a worker, never from a
message handler: the answer arrives as a message. Every modal takes `Safe` text alone.

    CommandLine   commands.py   -> Command(action, argument)
    Palette       palette.py    -> action id
    Help          help.py       -> action id to invoke, or None
    Confirm       prompts.py    -> bool
    Choose        prompts.py    -> value of the chosen Choice
    AskText       prompts.py    -> str
    AskSecret     prompts.py    -> str
    which-key     host.py       -> overlays.show_which_key(...) / hide_which_key(); takes no keys
"""
