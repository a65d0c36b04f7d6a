"""When a meeting can be set down, on which days a series falls, and at which moment a time of day is."""
