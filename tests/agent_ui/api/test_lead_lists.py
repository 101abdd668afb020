"""Files of people by API: seen as they would be dialed, with the law that is missing, onto lists of their own."""

from tests.agent_ui.api.test_campaigns import TABLE, a_campaign, a_list, body_of, ended, form, imported
from tests.agent_ui.world import World


async def test_a_file_is_seen_as_it_would_be_dialed_and_with_the_law_that_is_missing(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    path, text = "/campaigns/leads/preview", "Name;Telefon\nJ\u00fcrgen;030 12345678\nAnna;13800138000\n"
    asked = {"country": "DE", "encoding": "utf-8", "campaign_id": str(campaign["id"])}
    _, found = await boss.call("POST", path, data=form(text, **asked))
    assert (found["country"], found["encoding"], found["uncovered"]) == ("DE", "utf-8", ["DE"])
    assert found["asks_consent"] == ["cn"]
    assert found["numbers"] == [
        [{"column": 1, "number": "+493012345678", "country": "DE", "code": ""}],
        [{"column": 1, "number": "13800138000", "country": "", "code": "not_of_country"}],
    ]
    assert (found["countries"], found["refused_rows"], found["read_rows"]) == ([{"country": "DE", "rows": 1}], 1, 2)
    _, found = await boss.call("POST", path, data=form(text, mapping='{"0": "phone"}'))
    assert (found["mapping"], found["country"], found["uncovered"]) == ({"0": "phone"}, "CN", [])
    assert found["asks_consent"] == []
    wrong = (("country", "Germany"), ("encoding", "klingon"), ("campaign_id", "spring"), ("campaign_id", "9" * 19))
    for field, value in wrong:
        status, refused = await boss.call("POST", path, data=form(text, **{field: value}))
        assert (status, [one["path"] for one in refused["error"]["fields"]]) == (422, [field])
    assert (await boss.call("POST", path, data=form(text, campaign_id="999")))[0] == 404


async def test_people_of_a_country_without_a_policy_are_told_on_the_campaign(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    text = "Name;Telefon\nA;030 12345678\nB;0176 12345678\nC;+8613800138000\n"
    job = await imported(boss, campaign, await a_list(boss, campaign), text, country="DE")
    assert job["created"] == 3
    root = f"/campaigns/{campaign['id']}"
    _, shown = await boss.call("GET", root)
    assert shown["uncovered"] == {"DE": 2}
    assert (await boss.call("GET", "/campaigns"))[1]["items"][0]["uncovered"] == {"DE": 2}
    both = await body_of(world, policies=["cn", "de"], version=shown["version"])
    assert (await boss.call("PUT", root, both))[1]["uncovered"] == {}
    _, choices = await boss.call("GET", "/campaigns/choices")
    assert {one["name"]: one["countries"] for one in choices["policies"]}["de"] == ["DE"]


async def test_a_new_list_comes_with_its_file_or_not_at_all(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    path = f"/campaigns/{campaign['id']}/lists"
    mapping = '{"0": "name", "1": "phone"}'

    async def lists() -> list[str]:
        return [one["name"] for one in (await boss.call("GET", path))[1]["items"]]

    fields = {"name": "list.csv", "mapping": mapping}
    for text, wrong, code in (
        (TABLE, {"mapping": '{"0": "name"}', "list_name": "North"}, "mapping"),
        ("\x01\x02\x03\x04\n", {"list_name": "North"}, "no_text"),
        (TABLE, {"list_name": " "}, "invalid"),
    ):
        status, refused = await boss.call("POST", f"{path}/import", data=form(text, **{**fields, **wrong}))
        assert (status, refused["error"]["code"]) == (422, code)
    job = await ended(boss, campaign, "lists/import", form("a,b\nx,hello\n", **fields, list_name="North"))
    assert (job["state"], job["list_id"], job["rejected"][0]["code"]) == ("done", None, "not_a_phone")
    assert await lists() == []
    job = await ended(boss, campaign, "lists/import", form(TABLE, **fields, list_name="North"))
    assert (job["state"], job["created"], await lists()) == ("done", 2, ["North"])
    status, refused = await boss.call("POST", f"{path}/import", data=form(TABLE, **fields, list_name="North"))
    assert (status, [one["path"] for one in refused["error"]["fields"]]) == (409, ["name"])


async def test_a_list_that_is_renamed_on_an_old_page_is_not_dialed_again(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    path = f"/campaigns/{campaign['id']}/lists/{(await a_list(boss, campaign))['id']}"
    assert (await boss.call("PUT", path, {"share": 0}))[1]["share"] == 0
    status, renamed = await boss.call("PUT", path, {"name": "East"})
    assert (status, renamed["name"], renamed["share"]) == (200, "East", 0)
