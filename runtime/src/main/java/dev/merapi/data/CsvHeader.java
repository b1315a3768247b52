package dev.merapi.data;

/// Whether the first line of a table names its columns.
enum CsvHeader {
  PRESENT,
  ABSENT
}
