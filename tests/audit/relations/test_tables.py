"""How the tables of a drop are related."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from discovery.audit.context import DropContext
from discovery.audit.relations.tables import find_references


@pytest.fixture
def links(open_tables: Callable[..., Callable[..., DropContext]]) -> Callable[..., set[tuple[str, str, str, str]]]:
    def found(**tables: pl.DataFrame) -> set[tuple[str, str, str, str]]:
        references = find_references(open_tables(**tables)())
        return {(r.child, " + ".join(r.columns), r.parent, " + ".join(r.to_columns)) for r in references}

    return found


def test_references_by_table_name_and_by_values_alone(open_tables) -> None:
    rng = np.random.default_rng(0)
    shops = pl.DataFrame({"id": [float(i) for i in range(1, 61)], "code": [f"SHOP-{i:03d}" for i in range(60)]})
    index = rng.integers(0, 60, 500)
    sales = pl.DataFrame(
        {"shop_id": index + 1, "place": [f"SHOP-{i:03d}" for i in index], "minutes": rng.integers(1, 60, 500)}
    )
    shops = shops.with_columns(pl.col("id").cast(pl.Int64))
    found = find_references(open_tables(shops=shops, sales=sales)())
    links = {(r.child, r.columns, r.to_columns) for r in found}
    assert links == {("sales", ("shop_id",), ("id",)), ("sales", ("place",), ("code",))}
    assert all(r.orphans == 0 and not r.declared for r in found)


def test_short_codes_of_one_shape_are_a_reference_by_their_values(links) -> None:
    rng = np.random.default_rng(1)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    codes = sorted({"".join(rng.choice(letters, 3)) for _ in range(400)})
    places = pl.DataFrame({"iata": codes, "height": rng.normal(size=len(codes))})
    index = rng.integers(0, 60, 900)
    trips = {"dest": [codes[i] for i in index], "team": [["ABC", "QQQ", "XYZ", "ZZZ"][i % 4] for i in index]}
    assert links(places=places, trips=pl.DataFrame(trips)) == {("trips", "dest", "places", "iata")}


def test_row_numbers_flags_and_counts_refer_to_nothing(links) -> None:
    rng = np.random.default_rng(2)
    teams = pl.DataFrame({"key_id": range(1, 41), "team_name": [f"Team {i}" for i in range(40)]})
    games = {"key_id": range(1, 301), "home_team": rng.integers(0, 2, 300), "count_teams": rng.integers(2, 30, 300)}
    games |= {"column_9": rng.integers(1, 40, 300)}
    others = teams.rename({"key_id": "column_1"})
    assert links(teams=teams, games=pl.DataFrame(games)) == set()
    assert links(others=others, games=pl.DataFrame(games)) == set()


def test_one_row_each_refers_to_the_table_that_is_named_so(links) -> None:
    movies = pl.DataFrame({"movieId": range(7, 407), "title": [f"Film {i}" for i in range(400)]})
    other = pl.DataFrame({"movieId": range(7, 407), "imdb": [f"tt{i:07d}" for i in range(400)]})
    ratings = pl.DataFrame({"movieId": [7 + i % 300 for i in range(900)], "rating": [i % 5 for i in range(900)]})
    expected = {("links", "movieId", "movies", "movieId"), ("ratings", "movieId", "movies", "movieId")}
    assert links(links=other, movies=movies, ratings=ratings) == expected


def test_rows_that_refer_to_rows_of_their_own_table(links) -> None:
    staff = {"staff_id": range(1, 61), "manager_id": [None, *[1 + i % 9 for i in range(59)]], "previous": [1] * 60}
    assert links(staff=pl.DataFrame(staff)) == {("staff", "manager_id", "staff", "staff_id")}


def test_countries_by_name_and_copies_beside_the_key(links) -> None:
    names = [f"Land {i:02d}" for i in range(50)]
    countries = pl.DataFrame({"country_id": range(100, 150), "name": names})
    ports = {"port": [f"P{i}" for i in range(300)], "country": [names[i % 50] for i in range(300)]}
    assert links(countries=countries, ports=pl.DataFrame(ports)) == {("ports", "country", "countries", "name")}
    teams = pl.DataFrame({"team_id": [f"T-{i:03d}" for i in range(50)], "team_name": names})
    goals = {"team_id": [f"T-{i % 50:03d}" for i in range(400)], "team_name": [names[i % 50] for i in range(400)]}
    assert links(teams=teams, goals=pl.DataFrame(goals)) == {("goals", "team_id", "teams", "team_id")}


def test_a_table_of_several_rows_of_each_is_referred_to_all_the_same(open_tables) -> None:
    shapes = pl.DataFrame({"shape_id": [f"S{i // 20}" for i in range(800)], "seq": [i % 20 for i in range(800)]})
    trips = pl.DataFrame({"trip_id": range(90), "shape_id": [f"S{i % 40}" for i in range(90)]})
    (reference,) = find_references(open_tables(shapes=shapes, trips=trips)())
    assert (reference.columns, reference.orphans, reference.fan_out) == (("shape_id",), 0, 20.0)


def test_numbers_without_a_name_refer_where_the_numbers_beside_them_do_not(links) -> None:
    rng = np.random.default_rng(6)
    given = np.sort(rng.choice(9_000, 4_000, replace=False))
    ports = pl.DataFrame({"column_1": given, "column_2": rng.integers(0, 3_000, 4_000)})
    dense = pl.DataFrame({"column_1": range(4_000), "column_2": rng.normal(size=4_000)})
    routes = pl.DataFrame({"column_1": rng.choice(given, 2_000), "column_2": rng.integers(1, 3_900, 2_000)})
    expected = {("routes", "column_1", "ports", "column_1")}
    assert links(ports=ports, dense=dense, routes=routes) == expected
