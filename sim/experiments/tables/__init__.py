"""Points that stand in a table: rows of a sweep file, CSV or Parquet."""
