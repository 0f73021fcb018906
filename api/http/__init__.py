"""What pages and API share of HTTP: problems, dependencies, the OpenAPI document."""
