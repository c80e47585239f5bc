"""The HTTP API: what a program without access to the broker may ask of the system.

`app` puts it together, `guard` decides who gets in, `limits` how much, `problems` how a refusal
looks, `routes` what there is. Everything it does stands in `worker_core.operations` and
`worker_core.storage`.
"""
