"""People who use the workspace in a browser: with a mouse, or with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from matcher.i18n.language import Language

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PASSWORD = "zeven-bruggen-9"
_MOST_TABS = 250
# A machine that is busy with other tests is no fault of the page.
_PATIENCE_MS = 60_000
expect.set_options(timeout=_PATIENCE_MS)
_IS_FOCUSED = "element => element === document.activeElement"


class Person:
    """Somebody at a browser of their own, who finds things by what they are called.

    Parameters
    ----------
    browser : Browser
    address : str
        Of the server.
    language : Language
        Of the pages.
    by_keyboard : bool
        Whether the person reaches everything with Tab and works it with Enter, Space, arrows and letters.
    """

    def __init__(self, browser: Browser, address: str, language: Language, *, by_keyboard: bool = False) -> None:
        self.address, self.by_keyboard = address.rstrip("/"), by_keyboard
        self.say = language.phrase
        self.context = browser.new_context(locale=language.code, viewport=DESKTOP)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.wrong: list[str] = []
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def sign_in(self, name: str) -> None:
        """Sign in under a name."""
        self.page.goto(self.address)
        self.write(self.say("Name"), name)
        self.write(self.say("Password"), PASSWORD)
        self.press_button("Sign in")
        self.page.get_by_role("button", name=self.say("Sign out")).wait_for()

    def open_part(self, heading: str) -> None:
        """Open a part of the workspace by its link at the top."""
        self.act(self.page.get_by_role("navigation").get_by_role("link", name=self.say(heading), exact=True))
        self.page.get_by_role("heading", level=1, name=self.say(heading)).wait_for()

    def reach(self, target: Locator) -> None:
        """Have the focus on something, by Tab where the person has no mouse."""
        if not self.by_keyboard:
            target.focus()
            return
        for _ in range(_MOST_TABS):
            if target.evaluate(_IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def act(self, target: Locator, key: str = "Enter") -> None:
        """Click something, or press a key on it.

        Parameters
        ----------
        target : Locator
        key : str
            What works it.
        """
        target.wait_for()
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press(key)
        else:
            target.click()

    def press_button(self, name: str, within: Locator | None = None) -> None:
        """Press a button.

        Parameters
        ----------
        name : str
            In English.
        within : Locator, optional
            Where it is, where there are several.
        """
        self.act((within or self.page.get_by_role("main")).get_by_role("button", name=self.say(name)).first)

    def write(self, label: str, text: str, within: Locator | None = None) -> None:
        """Write into the first field with a label, in place of what is there.

        Parameters
        ----------
        label : str
            As it is shown.
        text : str
        within : Locator, optional
        """
        field = (within or self.page.get_by_role("main")).get_by_label(label).first
        field.wait_for()
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of the first list with a label, by what it is called."""
        field = self.page.get_by_role("main").get_by_label(label).first
        self.reach(field)
        if self.by_keyboard:
            self.page.keyboard.type(option)
        else:
            field.select_option(label=option)

    def upload(self, section: str, file: Path) -> None:
        """Choose a file in a section of the page, and send it.

        Parameters
        ----------
        section : str
            Its heading, in English.
        file : Path
        """
        region = self.page.get_by_role("region", name=self.say(section))
        with self.page.expect_file_chooser() as chooser:
            self.act(region.get_by_label(self.say("New version")))
        chooser.value.set_files(file)
        self.press_button("Upload", region)
        self.page.wait_for_url("**/lists/*/")

    def wait_for_run(self) -> None:
        """Wait at the overview until the matching run is done."""
        self.page.locator("#job").wait_for()
        self.page.locator("#job").wait_for(state="detached", timeout=120_000)
        self.page.get_by_role("heading", level=1, name=self.say("Shortlists")).wait_for()

    def check_page(self) -> None:
        """Fail where axe finds something serious, or the page is wider than a phone, or the console has an error."""
        found = Axe().run(self.page).response["violations"]
        serious = [
            (item["id"], [node["html"][:120] for node in item["nodes"][:3]])
            for item in found
            if item["impact"] in {"serious", "critical"}
        ]
        assert serious == [], (self.page.url, serious)
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        assert width <= PHONE["width"], (self.page.url, width)
        assert self.wrong == [], (self.page.url, self.wrong)
