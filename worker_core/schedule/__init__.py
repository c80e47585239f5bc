"""What is started by itself: its timetables, what comes with the program, and Celery's beat.

Users see and change it through `worker_core.operations.schedule`.
"""
