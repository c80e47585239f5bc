"""The brokers and servers that the user has named: tried out, kept, used, removed."""

from msgspec.structs import replace

from desktop_app.services import addresses
from desktop_app.services.blocking import Blocking
from desktop_app.services.looked_at import LookedAt
from desktop_app.services.profiles import (
    FOR_SERVER,
    LONGEST_NAME,
    Kind,
    Profile,
    Saved,
    without_secrets,
)
from desktop_app.services.secrets import Secrets
from desktop_app.services.signing_in import (
    SignedIn,
    UnusableProfile,
    checked_server,
    signed_in,
)
from worker_core import settings
from worker_core.operations.connection import label, ping
from worker_core.operations.survey import Survey, survey

PASSWORD_NOT_KEPT = (
    "This computer has no keyring, so the password or token is known until the window is closed.",
    "Type it again at the next start, or set CELERY_BROKER_URL for a broker.",
)


class Connections(LookedAt):
    """What is looked at, and how that is chosen and changed.

    A profile that is in use goes before the settings, for this window alone: neither the command
    line nor the local processes follow it.
    """

    def __init__(self, blocking: Blocking) -> None:
        super().__init__()
        self._blocking = blocking
        self._secrets = Secrets()

    async def has_password(self, name: str) -> bool:
        """Whether a password is kept for the broker of a profile, or a token for its server."""
        kept = await self._blocking.run(self._secrets.read, name)
        return "address" in kept or FOR_SERVER in kept

    # Changing it

    async def resume(self) -> None:
        """Go on with the profile that was last in use. Its broker need not answer.

        Raises:
            SettingsError: the profile cannot be used.
        """
        if (profile := self.in_use) is not None:
            secrets = await self._blocking.run(self._secrets.read, profile.name)
            settings.override(profile.overrides(secrets))
            self._place = profile.place(secrets)

    async def use(self, name: str | None) -> None:
        """Look at a profile's broker from now on, also after the next start; with None at what
        the settings name.

        Raises:
            OperationError: it does not answer.
            SettingsError: the address cannot be used.
        """
        profile = None if name is None else self._named(name)
        place, who = None, None
        if profile is None:
            settings.override({})
        else:
            secrets = await self._blocking.run(self._secrets.read, profile.name)
            values, place = profile.overrides(secrets), profile.place(secrets)
            if place is None:
                await self._blocking.run(ping, values["broker_url"])
            else:
                who = (await self._blocking.run(signed_in, place)).me.name
            settings.override(values)
        self._place, self._who = place, who
        await self._save(replace(self._saved, in_use=None if profile is None else profile.name))

    async def sign_in(self, token: str, who: str | None) -> bool:
        """Go on at the server in use with another token of the user ``who``.

        Returns whether the token outlasts this window.

        Raises:
            OperationError: it is none, is another user's, or the server does not answer.
        """
        profile = self._named(self._saved.in_use or "")
        public, secrets = _checked(profile, token)
        if (place := public.place(secrets)) is None:
            raise UnusableProfile("This connection needs no token.", "")
        name = (await self._blocking.run(signed_in, place)).me.name
        if who is not None and name != who:
            raise UnusableProfile(
                f"This token is {name}’s, and what is open here is {who}’s.",
                "To go on as somebody else, use the Connections page.",
            )
        lasting = await self.save(profile, profile.name, token)
        self._place, self._who = place, name
        return lasting

    async def try_out(
        self, profile: Profile, was: str | None = None, token: str = ""
    ) -> Survey | SignedIn:
        """What is found at a profile's broker, whose addresses may hold passwords, or at its
        server. A password or token that is not typed is the one kept for the profile that is
        called ``was`` now.

        Raises:
            OperationError: it does not answer, or what was typed cannot be used.
        """
        public, secrets = _checked(profile, token)
        kept = await self._kept(public, was)
        if (place := public.place(kept | secrets)) is not None:
            return await self._blocking.run(signed_in, place)
        values = settings.current().model_copy(update=public.overrides(kept | secrets))
        return await self._blocking.run(survey, values)

    async def save(self, profile: Profile, was: str | None = None, token: str = "") -> bool:
        """Keep a profile, whose addresses may hold passwords, in place of the one called ``was``.
        A password or token that is not typed stays as it was; but a token goes to no other server
        than the one that it was typed for.

        Returns whether the passwords outlast this window.

        Raises:
            OperationError: what was typed cannot be used, or kept.
        """
        public, secrets = _checked(profile, token)
        if any(one.name == public.name != was for one in self.profiles):
            raise UnusableProfile(
                f"There is a connection called “{public.name}” already.", "Choose another name."
            )
        kept = await self._kept(public, was)
        lasting = await self._blocking.run(self._secrets.write, public.name, kept | secrets)
        if was is not None and was != public.name:
            await self._blocking.run(self._secrets.forget, was)
        known = [public if one.name == was else one for one in self.profiles]
        in_use = (
            public.name if was is not None and was == self._saved.in_use else self._saved.in_use
        )
        await self._save(Saved(tuple(known if was is not None else [*known, public]), in_use))
        return lasting

    async def add(self, url: str) -> bool:
        """Keep the broker at ``url`` under its host's name, and look at it from now on.

        Returns whether its password outlasts this window.

        Raises:
            OperationError: it does not answer, or the address cannot be used.
        """
        await self._blocking.run(ping, url)
        host = label(url).partition("://")[2] or label(url)
        profile = Profile(self._free_name(host), url)
        lasting = await self.save(profile)
        await self.use(self.profiles[-1].name)
        return lasting

    async def remove(self, name: str) -> None:
        """Forget a profile and its passwords. One in use cannot be removed.

        Raises:
            OperationError: it is in use, or the file cannot be written.
        """
        if name == self._saved.in_use:
            raise UnusableProfile(f"“{name}” is in use.", "Use another connection first.")
        left = tuple(one for one in self.profiles if one.name != name)
        await self._save(replace(self._saved, profiles=left))
        await self._blocking.run(self._secrets.forget, name)

    async def set_read_only(self, *, read_only: bool) -> None:
        """Look only, or allow changes again, on the connection in use."""
        profile = self.in_use
        if profile is None:
            await self._blocking.run(settings.save, {"read_only": read_only or None})
            return
        await self.save(replace(profile, read_only=read_only), profile.name)
        await self.resume()

    async def _kept(self, public: Profile, was: str | None) -> dict[str, str]:
        """What is kept for the profile called ``was`` and may be used for this one: a token for the
        server alone that it was typed for."""
        kept = await self._blocking.run(self._secrets.read, was) if was else {}
        if public.kind == "broker":
            return {name: one for name, one in kept.items() if name != FOR_SERVER}
        same = was is not None and self._address_of(was) == ("server", public.address)
        return {FOR_SERVER: kept[FOR_SERVER]} if same and FOR_SERVER in kept else {}

    def _address_of(self, name: str) -> tuple[Kind, str] | None:
        return next(((one.kind, one.address) for one in self.profiles if one.name == name), None)

    def _named(self, name: str) -> Profile:
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise UnusableProfile(
            f"There is no connection called “{name}”.", "Choose one from the list."
        )

    def _free_name(self, wanted: str) -> str:
        taken = {profile.name for profile in self.profiles}
        name, number = wanted[:LONGEST_NAME], 2
        while name in taken:
            name = f"{wanted[: LONGEST_NAME - 4]} {number}"
            number += 1
        return name

    async def _save(self, saved: Saved) -> None:
        try:
            await self._blocking.run(self._file.write, saved)
        except OSError as error:
            raise UnusableProfile(
                f"The connections could not be written: {error.strerror or error}.",
                f"Check that {settings.config_dir()} can be written and its disk has room.",
            ) from error
        self._saved = saved


def _checked(profile: Profile, token: str = "") -> tuple[Profile, dict[str, str]]:
    """The profile and its passwords apart, once what was typed can be used."""
    name = profile.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UnusableProfile(
            f"A connection's name has 1 to {LONGEST_NAME} letters.", "Give it a shorter one."
        )
    named = replace(profile, name=name, address=profile.address.strip())
    if named.kind == "server":
        return checked_server(named, token.strip())
    for what, text in (("broker", profile.address), ("result store", profile.results)):
        found = addresses.check(text)
        if not found.usable and (text.strip() or what == "broker"):
            raise UnusableProfile(f"The {what}'s address cannot be used: {found.words}", "")
    if not settings.KEY_PREFIX.fullmatch(profile.key_prefix):
        raise UnusableProfile(
            "The key prefix holds characters that workers could not use.",
            f"It consists of {settings.KEY_PREFIX_WORDS}.",
        )
    return without_secrets(named)
