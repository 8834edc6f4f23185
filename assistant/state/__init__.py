"""What a site keeps besides its index: on this machine, or in a database that servers share.

Who is signed in, wrong passwords, accounts, opinions, questions asked in vain, who did what. Each
store keeps its own tables and its own SQL; this room opens them: a SQLite file of ours each, or,
where the setting `state_database` names one, a schema each of a PostgreSQL database, so that
several web servers know the same. A store doesn't know which (docs/decisions/0037-shared-state.md).
"""
