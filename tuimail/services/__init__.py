"""What a person can do, one verb per function. The front doors enter here."""
