"""The staff pages of uploads: files sent, kept aside and checked, then accepted as documents."""
