"""Generations on a Milvus server, for several web servers and more towns than a machine takes.

In: a generation that `index.publishing` made on this disk. Out: the same one in Milvus, which
`generation.MilvusGeneration` asks as a local one is asked. `layout` says how it lies there,
`sending` reads it off the disk, `publishing` puts it there and switches the alias by which it is
found, and `connection` alone talks to the server. A site without `milvus_address` uses none of it.
"""
