"""The only room with SQL: engines, migrations, named queries and the functions that run them."""
