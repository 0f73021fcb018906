"""The register: people, statements of consent, restrictions, and the impact of a change."""
