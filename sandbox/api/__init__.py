"""The platform's HTTP API: a table of endpoints, thin handlers over the rules, one gate."""
