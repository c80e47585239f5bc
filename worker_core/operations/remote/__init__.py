"""A client of the HTTP API, for those who may not reach the broker.

`place` says where the server is and whether a token may go there, `http` asks it and judges what
comes back, `api` has a call for each route, `stream` hears the course of a task, `sending` hands
something in exactly once. Nothing here knows a broker or a database.
"""
