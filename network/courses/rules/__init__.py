"""The rules of courses: how a list of graduates is read."""

from network.courses.rules.addresses import is_address, normal_address
from network.courses.rules.columns import check_mapping
from network.courses.rules.lists import (
    MAX_COLUMNS,
    MAX_NAME_LENGTH,
    MAX_ROWS,
    Column,
    ColumnMapping,
    DateOrder,
    Finding,
    InvalidMapping,
    ListError,
    ReadList,
    ReadRow,
    TooLargeList,
    UnreadableList,
)
from network.courses.rules.reading import read_list

__all__ = [
    "MAX_COLUMNS",
    "MAX_NAME_LENGTH",
    "MAX_ROWS",
    "Column",
    "ColumnMapping",
    "DateOrder",
    "Finding",
    "InvalidMapping",
    "ListError",
    "ReadList",
    "ReadRow",
    "TooLargeList",
    "UnreadableList",
    "check_mapping",
    "is_address",
    "normal_address",
    "read_list",
]
