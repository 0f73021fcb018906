"""The pages about one person: consent, photos, listing, rights."""
