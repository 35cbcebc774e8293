"""Thin shells between the durable tables: ingest, pull, converse, deliver."""
