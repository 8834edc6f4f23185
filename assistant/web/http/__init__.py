"""What stands before every page: who may come in, and what a response may do.

`guard` checks addresses, hosts, origins and bodies and puts the headers; `authentication` and
`sessions` say who is signed in, `tokens` which program asks. It never imports the facade: a
request is refused without the index.
"""
