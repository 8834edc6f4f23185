"""Who somebody is, as the town's own systems say: an OpenID Connect provider, an LDAP directory.

In: what a site set of them. Out: a `Person` that one of them vouches for, or an `IdentityError`.
Only `provider`, `id_tokens` and `directory` touch their libraries, and are loaded where a site
asks for them.
"""
