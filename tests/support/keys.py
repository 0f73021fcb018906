"""Somebody without a mouse, who notices when the focus cannot be seen, goes backwards or is caught."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page, expect

_FARTHEST = 150
"""So many stops are on no page."""

_STOP = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const ring = (element) => getComputedStyle(element).outlineStyle !== "none" && parseFloat(getComputedStyle(element).outlineWidth) > 0;
    const around = [here, here.closest(".drop"), here.closest("label.button")].filter(Boolean);
    const halo = here.querySelector(".halo");
    const box = here.getBoundingClientRect();
    const before = window.stopBefore;
    window.stopBefore = here;
    return {
        name: here.getAttribute("aria-label") || [...here.labels || []].map((label) => label.innerText).join(" ") || here.innerText || here.textContent,
        ringed: around.some(ring) || (halo && parseFloat(getComputedStyle(halo).strokeWidth) >= 12),
        inSight: box.bottom > 0 && box.top < innerHeight,
        onward: !before || before === here || !before.isConnected || !!(before.compareDocumentPosition(here) & (Node.DOCUMENT_POSITION_FOLLOWING)),
        html: here.outerHTML.slice(0, 150),
    };
}"""  # noqa: E501 -- a script


@dataclass
class Keys:
    """A browser and a keyboard."""

    page: Page

    def __post_init__(self) -> None:
        """Have windows for files answered from the start: asking for it just before one opens may be too late."""
        self.page.on("filechooser", lambda _: None)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def to(self, name: str) -> None:
        """Press Tab until the focus is on what begins with this name.

        Every stop on the way has to be in sight, ringed, and further down the page than the one before.
        """
        for _ in range(_FARTHEST):
            self.press("Tab")
            stop = self.page.evaluate(_STOP)
            if stop is None:
                continue  # the browser's own bar, after the last stop of the page
            assert stop["ringed"], f"the focus cannot be seen on {stop['html']}"
            assert stop["inSight"], f"the focus is out of sight on {stop['html']}"
            assert stop["onward"] or stop["name"] == "Skip to the content", f"the focus went back to {stop['html']}"
            if " ".join(stop["name"].split()).startswith(name):
                return
        raise AssertionError(f"Tab does not come to {name!r} on {self.page.url}")

    def go(self, name: str) -> None:
        """Go to a link or a button, press Enter, and wait for the page that it leads to."""
        self.to(name)
        self.enter()

    def enter(self) -> None:
        """Press Enter, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.press("Enter")

    def open(self, name: str) -> None:
        """Go to something that is opened on the page itself, and press Enter."""
        self.to(name)
        self.press("Enter")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in: the first field has the focus already."""
        self.page.goto("/sign-in")
        expect(self.page.get_by_label("Email address")).to_be_focused()
        self.type(email)
        self.to("Password")
        self.type(password)
        self.enter()
        self.page.get_by_role("heading", name="Check pictures").wait_for()

    def skip(self) -> None:
        """Skip what stands on top of every page."""
        self.press("Tab")
        assert self.page.evaluate(_STOP)["name"] == "Skip to the content"
        self.press("Enter")

    def hand_over(self, name: str, file: FilePayload) -> None:
        """Go to a field for files, open its window, and choose one."""
        self.to(name)
        with self.page.expect_file_chooser() as window:
            self.press("Space")
        window.value.set_files(file)
