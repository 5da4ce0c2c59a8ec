"""What must hold when machines fail: killed processes, full disks, clocks that jump."""
