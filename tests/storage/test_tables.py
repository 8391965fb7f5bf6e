"""The tables are loaded by their names, each when it is asked for."""

from sqlmodel import SQLModel

from supportcli.storage import tables


def test_each_table_is_found_by_its_name() -> None:
    tables.load_all()
    classes = {mapper.class_.__name__ for mapper in SQLModel._sa_registry.mappers}
    assert {name for name in tables.__all__ if name.endswith("Row")} == classes
    assert all(getattr(tables, name).__name__ == name for name in classes)
