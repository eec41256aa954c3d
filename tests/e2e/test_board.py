"""The board in a browser: cards moved by mouse, finger and keys, refused and undone, lanes, grouping, two people at once."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.office import Office, office, signed_in_once  # noqa: F401 - fixtures
from tests.support.servers import ADMIN_EN

pytestmark = pytest.mark.e2e
BOARD = "/deals?view=kanban&q="


def lane(page: Page, value: str) -> Locator:
    return page.locator(f"[data-testid=kanban-column][data-id='{value}']")


def card(page: Page, value: str, record_id: str) -> Locator:
    return lane(page, value).locator(f"[data-testid=kanban-card][data-id='{record_id}']")


def toast(page: Page, text: str) -> Locator:
    return page.get_by_test_id("toast").filter(has_text=text)


def drag(page: Page, what: Locator, to: Locator) -> None:
    """With the mouse, in steps, as a hand does."""
    begin, end = what.bounding_box(), to.bounding_box()
    assert begin
    assert end
    page.mouse.move(begin["x"] + 40, begin["y"] + 30)
    page.mouse.down()
    page.mouse.move(begin["x"] + 60, begin["y"] + 40, steps=4)
    page.mouse.move(end["x"] + min(90, end["width"] / 2), end["y"] + min(60, end["height"] / 2), steps=10)
    expect(page.locator(".cp-board.is-dragging")).to_have_count(1)
    page.mouse.up()


def test_a_card_is_dragged_and_taken_back(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Drag", amount="1000", stage="Qualification")
    office.make("deals", deal_name="Drag target", amount="500", stage="Needs Analysis")
    page = office.open(BOARD + "Drag")
    drag(page, card(page, "Qualification", deal), lane(page, "Needs Analysis").locator(".cp-lane-cards"))
    expect(card(page, "Needs Analysis", deal)).to_be_visible()
    expect(lane(page, "Needs Analysis").locator(".cp-lane-total")).to_have_text(re.compile(r"1\s500\s€"))
    expect(toast(page, "Analyse des besoins").get_by_role("button", name="Annuler")).to_be_visible()
    assert office.cells("deals", deal)["stage"] == "Needs Analysis"
    page.keyboard.press("Control+z")
    expect(card(page, "Qualification", deal)).to_be_visible()
    assert office.cells("deals", deal)["stage"] == "Qualification"


def test_a_finger_presses_long_to_drag_and_otherwise_scrolls(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Finger", stage="Qualification")
    office.make("deals", deal_name="Finger target", stage="Needs Analysis")
    page = office.open(BOARD + "Finger", has_touch=True, viewport={"width": 1024, "height": 768})
    begin, end = card(page, "Qualification", deal).bounding_box(), lane(page, "Needs Analysis").bounding_box()
    assert begin
    assert end
    x, y = begin["x"] + 60, begin["y"] + 40
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    send("touchStart", (x, y))
    send("touchMove", (x, y + 40))  # at once: a swipe
    send("touchEnd")
    expect(page.locator(".cp-board.is-dragging")).to_have_count(0)
    send("touchStart", (x, y))
    expect(page.locator(".sortable-chosen")).to_have_count(1)  # after the long press
    for step in range(1, 11):
        send("touchMove", (x + (end["x"] + 80 - x) * step / 10, y + 5 * step))
    expect(page.locator(".cp-board.is-dragging")).to_have_count(1)
    expect(lane(page, "Needs Analysis")).to_have_class(re.compile("is-over"))
    send("touchEnd")
    expect(card(page, "Needs Analysis", deal)).to_be_visible()


def test_keys_pick_up_move_drop_and_put_back(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Keys", stage="Qualification")
    page = office.open(BOARD + "Keys")
    card(page, "Qualification", deal).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[aria-live=assertive]").filter(has_text="Analyse des besoins")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(card(page, "Qualification", deal)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(card(page, "Needs Analysis", deal)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/deals/{deal}$"))


def test_what_the_server_refuses_glides_back_and_says_why(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("422")
    deal = office.make("deals", deal_name="Refused", stage="Qualification")
    page = office.open(BOARD + "Refused")
    answer = {"message": "Non", "fields": {"stage": "Cette étape demande un devis."}}
    page.route(
        "**/board/move", lambda route: route.fulfill(status=422, content_type="application/json", body=json.dumps(answer))
    )
    card(page, "Qualification", deal).focus()
    for key in ("Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(toast(page, "Cette étape demande un devis.")).to_be_visible()
    expect(card(page, "Qualification", deal)).to_be_focused()
    expect(lane(page, "Qualification").locator(".cp-count").first).to_have_text("1")


def test_a_lost_deal_asks_why_and_a_won_one_does_not(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Closing", stage="Qualification")
    page = office.open(BOARD + "Closing")
    drag(page, card(page, "Qualification", deal), page.locator("[data-zone=lost]"))
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="Valider").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page, "Qualification", deal)).to_be_visible()
    assert office.cells("deals", deal)["stage"] == "Qualification"
    drag(page, card(page, "Qualification", deal), page.locator("[data-zone=lost]"))
    dialog.get_by_role("radio", name="Prix").check()
    dialog.get_by_role("button", name="Valider").click()
    expect(toast(page, "Closing")).to_be_visible()
    assert office.cells("deals", deal)["reason_for_loss"] == "Price"
    page.keyboard.press("Control+z")
    expect(card(page, "Qualification", deal)).to_be_visible()
    drag(page, card(page, "Qualification", deal), page.locator("[data-zone=won]"))
    expect(toast(page, "Gagnée").first).to_be_visible()
    assert office.cells("deals", deal)["stage"] == "Closed Won"


def test_empty_lanes_close_by_themselves_and_still_take_a_card(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Lanes " + "au titre interminable " * 5, stage="Qualification")
    page = office.open(BOARD + "Lanes")
    empty = lane(page, "Negotiation/Review")
    expect(empty).to_have_class(re.compile("is-collapsed"))
    box = empty.bounding_box()
    assert box
    assert box["width"] == 40
    drag(page, card(page, "Qualification", deal), empty)
    expect(card(page, "Negotiation/Review", deal)).to_be_visible()
    expect(page.get_by_test_id("toast").first).to_be_visible()  # right after a drop a click still belongs to the drag
    empty.get_by_role("button", name="Réduire Négociation").click()
    expect(card(page, "Negotiation/Review", deal)).to_be_hidden()
    page.reload()
    expect(empty).to_have_class(re.compile("is-collapsed"))  # what somebody closed stays closed
    empty.click()
    expect(card(page, "Negotiation/Review", deal)).to_be_visible()


def test_another_grouping_and_sum_stand_in_the_address(office: Office) -> None:  # noqa: F811
    office.make("deals", deal_name="Grouped", amount="20", lead_source="Partner")
    page = office.open(BOARD + "Grouped")
    page.locator("[data-tool=by]").click()
    page.get_by_role("menuitemradio", name="Origine").click()
    expect(lane(page, "Partner").locator("[data-testid=kanban-card]")).to_have_count(1)
    expect(page).to_have_url(re.compile("by=lead_source"))
    page.locator("[data-tool=total]").click()
    page.get_by_role("menuitemradio", name="Sans somme").click()
    expect(page.locator(".cp-lane-total")).to_have_count(0)
    page.reload()
    expect(lane(page, "Partner").locator("[data-testid=kanban-card]")).to_have_count(1)
    expect(page.locator(".cp-lane-total")).to_have_count(0)


def test_what_a_colleague_does_appears_and_what_was_read_further_down_stays(office: Office) -> None:  # noqa: F811
    for number in range(30):
        office.make("deals", deal_name=f"Live {number:02d}", stage="Qualification", closing_on=f"2030-01-{number + 1:02d}")
    page = office.open(BOARD + "Live")
    cards = lane(page, "Qualification").locator("[data-testid=kanban-card]")
    expect(cards).to_have_count(20)
    lane(page, "Qualification").get_by_role("button", name="de plus").click()
    expect(cards).to_have_count(30)
    last = cards.last.get_attribute("data-id")
    assert last
    other = office.open(f"/deals/{last}", account=ADMIN_EN)
    other.locator(".cp-stage").nth(2).click()
    expect(card(page, "Needs Analysis", last)).to_be_visible()
    expect(cards).to_have_count(29)


def test_a_lane_begins_a_record_with_its_value(office: Office) -> None:  # noqa: F811
    office.make("deals", deal_name="Begin", stage="Qualification")
    page = office.open(BOARD + "Begin")
    lane(page, "Qualification").get_by_role("button", name="Ajouter à Qualification").click()
    expect(page.locator("[data-field=stage] input")).to_have_value("Qualification")


def test_json_that_changes_something_needs_our_own_header(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Header")
    order = {"id": deal, "by": "stage", "lane": "Qualification"}
    office.ask("POST", "deals/board/move", 403, headers={"Origin": office.server.base}, **order)
    office.ask("POST", "deals/board/move", 403, headers={"Origin": "https://elsewhere.example", "X-Comptoir": "1"}, **order)
    assert office.cells("deals", deal)["stage"] == "Prospecting"
