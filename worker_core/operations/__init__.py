"""The running system over Redis: queues, workers, control, submission, local processes.

What a window, the command line, the HTTP API and health tasks all need from the broker stands
here once. Importing this package loads nothing else; import its modules. All calls block, for a
bounded time, and may be made from any thread.
"""
