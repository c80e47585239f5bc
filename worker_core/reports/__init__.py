"""Reports for reading and printing: what they say, and how that becomes HTML and PDF.

Plain values only; `worker_core.operations.reports` finds them. A chart is drawn once, as a drawing
of ReportLab's, and stands as SVG in the one and as vectors in the other.
"""
