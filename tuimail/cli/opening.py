"""Opens the profile for a command, and tells what had to be mended in its store."""

from tuimail.config.profile import Profile
from tuimail.services import mail as services
from tuimail.services.mail import Mail

from .terminal import say


def open_mail(profile: Profile) -> Mail:
    """Open a profile; see `services.mail.open_mail` for what it raises."""
    mail = services.open_mail(profile)
    for sentence in services.mended_for_command(mail):
        say(sentence)
    return mail
