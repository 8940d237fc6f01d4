"""What handlers ask of the program in front of them: how it looks, which keys, which terminal."""

from typing import Protocol

from tuimail.ui.keys import Keymap
from tuimail.ui.themes import ThemeStyles


class Front(Protocol):
    """What is drawn on and typed on."""

    def change_theme(self, theme: ThemeStyles) -> None:
        """Draw everything in another theme."""

    def change_keymap(self, keymap: Keymap) -> None:
        """Look keys up elsewhere."""

    def forget_terminal(self) -> None:
        """Draw everything anew, whatever the terminal shows."""

    def send_to_terminal(self, sequence: str) -> None:
        """Send what the program itself asks of the terminal; nothing while it is suspended."""

    def show_picture(self, sequence: str, row: int) -> None:
        """Have a picture drawn from the left of a row on; nothing but a picture is sent.

        It stays until it is drawn over: follow with `forget_terminal`.
        """

    def show_title(self, title: str) -> None:
        """Name the terminal's window, with an escape-free text, until the screen is left."""

    def toggle_mouse(self) -> bool:
        """Take the mouse, or leave it to the terminal; return whether it was taken.

        Raises:
            UserError: the mouse cannot be switched here.
        """
